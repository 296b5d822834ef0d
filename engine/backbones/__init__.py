"""Networks that the engine runs: Stable Diffusion 1.x/2.x and SDXL, read from diffusers folders."""
