"""Detail for masks: features of single pixels that go around the tokens, straight to where masks are drawn.

A token of SAM stands for a square of pixels, and a mask is drawn from tokens alone, so an outline is as sharp as a token can
remember it. Here the encoder also gives a map of the picture's own resolution, and the decoder draws with both.
Source: SAM 2 (Ravi et al. 2024, arXiv:2408.00714, appendix on architecture: skip connections of high-resolution features into the
mask decoder); HQ-SAM (Ke et al. 2023, arXiv:2306.01567).
Differs: the map travels folded into the channels of the image embedding, so that whoever encodes a picture once and asks many
prompts of it hands on one tensor, as before.
"""

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from .stem import Block, stemmed


class DetailedEncoder(nn.Module):
    """The image encoder of a SAM, with a map of single pixels appended to its embedding.

    Args:
        encoder: as transformers has it.
        width: channels of the map.
        patch: pixels a side of a token.
    """

    def __init__(self, encoder: Any, width: int, patch: int) -> None:
        super().__init__()
        self.encoder, self.patch = encoder, patch
        self.detail = nn.Sequential(nn.Conv2d(3, width, 3, padding=1), Block(width), Block(width))

    def forward(self, pixel_values: torch.Tensor, **options: Any) -> Any:
        """Encodes pictures; `last_hidden_state` is (n, channels + width · patch², grid, grid)."""
        out = self.encoder(pixel_values, **options)
        folded = F.pixel_unshuffle(self.detail(pixel_values), self.patch)
        out.last_hidden_state = torch.cat([out.last_hidden_state, folded], 1)
        return out


class DetailedDecoder(nn.Module):
    """The mask decoder of a SAM, drawing with tokens and the map of single pixels.

    Args:
        decoder: as transformers has it; its masks have the picture's resolution.
        width: channels of the map.
        patch: pixels a side of a token.
    """

    def __init__(self, decoder: Any, width: int, patch: int) -> None:
        super().__init__()
        self.decoder, self.patch = decoder, patch
        drawn = decoder.hidden_size // 8
        self.skip = nn.Conv2d(width, drawn, 1)
        self.mix = nn.Sequential(nn.Conv2d(drawn, drawn, 3, padding=1), nn.GELU(), nn.Conv2d(drawn, drawn, 3, padding=1))

    def forward(
        self,
        image_embeddings: torch.Tensor,
        image_positional_embeddings: torch.Tensor,
        sparse_prompt_embeddings: torch.Tensor,
        dense_prompt_embeddings: torch.Tensor,
        multimask_output: bool,
        attention_similarity: torch.Tensor | None = None,
        target_embedding: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Draws masks for prompts; arguments as in `SamMaskDecoder.forward`, the embedding with its folded map.

        Returns:
            mask logits (n, prompts, masks, side, side), and their predicted overlaps (n, prompts, masks).
        """
        inner = self.decoder
        tokens, folded = image_embeddings.split([inner.hidden_size, image_embeddings.shape[1] - inner.hidden_size], 1)
        count, prompts = len(tokens), sparse_prompt_embeddings.shape[1]
        asking = torch.cat([inner.iou_token.weight, inner.mask_tokens.weight]).expand(count, prompts, -1, -1)
        points, image = inner.transformer(
            point_embeddings=torch.cat((asking, sparse_prompt_embeddings), 2),
            image_embeddings=(tokens + dense_prompt_embeddings).repeat_interleave(prompts, 0),
            image_positional_embeddings=image_positional_embeddings.repeat_interleave(prompts, 0),
            attention_similarity=attention_similarity,
            target_embedding=target_embedding,
        )
        image = image.transpose(2, 3).reshape(count * prompts, *tokens.shape[1:])  # (n · prompts, channels, grid, grid)
        image = inner.upscale_conv2(inner.activation(inner.upscale_layer_norm(inner.upscale_conv1(image))))
        detail = self.skip(F.pixel_shuffle(folded, self.patch))  # (n, drawn, side, side)
        image = inner.activation(image + detail.repeat_interleave(prompts, 0))
        image = image + self.mix(image)
        wanted = range(1, inner.num_mask_tokens) if multimask_output else range(1)
        weights = torch.stack([inner.output_hypernetworks_mlps[i](points[:, :, 1 + i]) for i in wanted], 2)  # (n, prompts, masks, drawn)
        masks = weights @ image.view(count, prompts, image.shape[1], -1)
        masks = masks.view(count, prompts, len(wanted), *image.shape[2:])
        return masks, inner.iou_prediction_head(points[:, :, 0])[:, :, wanted.start : wanted.stop]


def detailed(model: Any) -> Any:
    """Gives a SAM the stem and the map of single pixels that its `vision_config` names as `stem` and `detail` (the map's channels)."""
    vision = stemmed(model).config.vision_config
    width = getattr(vision, "detail", None)
    if width:
        model.vision_encoder = DetailedEncoder(model.vision_encoder, width, vision.patch_size)
        model.mask_decoder = DetailedDecoder(model.mask_decoder, width, vision.patch_size)
    return model
