"""A small Qwen2-architecture transformer in plain torch: tied embeddings, RoPE, RMSNorm, SwiGLU, q/k/v bias.

Weights are float32; the caller wraps the forward pass in bfloat16 autocast. Names follow the GGUF tensors.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Shape:
    """The hyper-parameters that fix every tensor's size."""

    vocabulary: int
    width: int = 256
    layers: int = 6
    inner: int = 768
    heads: int = 4
    kv_heads: int = 2
    context: int = 2048
    theta: float = 10_000.0
    epsilon: float = 1e-6

    @property
    def head(self) -> int:
        """The width of one attention head."""
        return self.width // self.heads


class Norm(nn.Module):
    """RMSNorm, computed in float32."""

    def __init__(self, width: int, epsilon: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))
        self.epsilon = epsilon

    def forward(self, x: Tensor) -> Tensor:
        """x [..., width] -> the same shape, in float32."""
        return F.rms_norm(x.float(), (x.shape[-1],), self.weight, self.epsilon)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary position embedding, NEOX pairing: x [B, H, T, D], cos and sin [T, D]."""
    half = x.shape[-1] // 2
    turned = torch.cat((-x[..., half:], x[..., :half]), dim=-1)
    return x * cos + turned * sin


class Attention(nn.Module):
    """Causal grouped-query attention."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.attn_q = nn.Linear(shape.width, shape.heads * shape.head)
        self.attn_k = nn.Linear(shape.width, shape.kv_heads * shape.head)
        self.attn_v = nn.Linear(shape.width, shape.kv_heads * shape.head)
        self.attn_output = nn.Linear(shape.heads * shape.head, shape.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """x [B, T, width] -> the same shape."""
        batch, length, _ = x.shape
        s = self.shape
        q = self.attn_q(x).view(batch, length, s.heads, s.head).transpose(1, 2)
        k = self.attn_k(x).view(batch, length, s.kv_heads, s.head).transpose(1, 2)
        v = self.attn_v(x).view(batch, length, s.kv_heads, s.head).transpose(1, 2)
        cos, sin = cos.to(q.dtype), sin.to(q.dtype)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        copies = s.heads // s.kv_heads
        k, v = k.repeat_interleave(copies, dim=1), v.repeat_interleave(copies, dim=1)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        out: Tensor = self.attn_output(mixed.transpose(1, 2).reshape(batch, length, -1))
        return out


class Block(nn.Module):
    """Attention and a SwiGLU feed-forward, each behind its norm."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.attn_norm = Norm(shape.width, shape.epsilon)
        self.attention = Attention(shape)
        self.ffn_norm = Norm(shape.width, shape.epsilon)
        self.ffn_gate = nn.Linear(shape.width, shape.inner, bias=False)
        self.ffn_up = nn.Linear(shape.width, shape.inner, bias=False)
        self.ffn_down = nn.Linear(shape.inner, shape.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """x [B, T, width] -> the same shape."""
        x = x + self.attention(self.attn_norm(x), cos, sin)
        y = self.ffn_norm(x)
        out: Tensor = x + self.ffn_down(F.silu(self.ffn_gate(y)) * self.ffn_up(y))
        return out


class Ripple(nn.Module):
    """The model: token ids in, hidden states out; logits are asked for only where they are needed."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.vocabulary, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape.width, shape.epsilon)
        angles = torch.outer(
            torch.arange(shape.context).float(),
            shape.theta ** (-torch.arange(0, shape.head, 2).float() / shape.head),
        )
        angles = torch.cat((angles, angles), dim=-1)
        self.cos: Tensor
        self.sin: Tensor
        self.register_buffer("cos", angles.cos(), persistent=False)
        self.register_buffer("sin", angles.sin(), persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        """Normal(0, 0.02); projections back into the residual stream are scaled by 1 / sqrt(2 * layers)."""
        residual = 0.02 / (2 * self.shape.layers) ** 0.5
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(parameter)
            elif parameter.dim() == 2:
                deep = "attn_output" in name or "ffn_down" in name
                nn.init.normal_(parameter, std=residual if deep else 0.02)

    def forward(self, ids: Tensor) -> Tensor:
        """ids [B, T] (right-padded rows need no mask: attention is causal) -> hidden states [B, T, width]."""
        length = ids.shape[1]
        x: Tensor = self.token_embd(ids)
        cos, sin = self.cos[:length], self.sin[:length]
        for block in self.blocks:
            x = block(x, cos, sin)
        out: Tensor = self.output_norm(x)
        return out

    def logits(self, hidden: Tensor, tokens: Tensor | None = None) -> Tensor:
        """hidden [N, width] -> logits [N, vocabulary], or [N, len(tokens)] for a few tokens only."""
        weight = self.token_embd.weight if tokens is None else self.token_embd.weight[tokens]
        return F.linear(hidden, weight)

    def size(self) -> int:
        """The number of parameters."""
        return sum(parameter.numel() for parameter in self.parameters())
