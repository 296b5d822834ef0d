"""Maps the four rooms at the root of the repository onto one import package, `pentimento`."""

from setuptools import find_packages, setup

ROOMS = ("agent", "tools", "prompts", "engine")

setup(
    packages=[f"pentimento.{name}" for room in ROOMS for name in (room, *(f"{room}.{inner}" for inner in find_packages(room)))],
    package_dir={f"pentimento.{room}": room for room in ROOMS},
)
