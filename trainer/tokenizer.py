"""Byte-level BPE whose pre-tokenizer equals llama.cpp's "starcoder"; control tokens hold the ids from 0 up.

Control tokens are never matched in text: code that contains "<|s0|>" is only code.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from engine.model.vocabulary import SPECIALS
from trainer.repositories import split_of
from trainer.simulate.tree import repository, trees

VOCABULARY: Final = 8192
LONGEST: Final = 24
"""Bytes of the longest token; longer ones are runs of spaces and dashes that nothing else needs."""


class CodeTokenizer:
    """Text to ids and back; remembers what it has encoded, since names come again and again."""

    def __init__(self, tokens: list[str], merges: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.merges = merges
        vocabulary = {token: index for index, token in enumerate(tokens)}
        self._bpe = _bare(models.BPE(vocab=vocabulary, merges=merges))
        self._known: dict[str, list[int]] = {}

    def encode(self, text: str) -> list[int]:
        """The ids of the text; never a control token. The list is shared: do not change it."""
        ids = self._known.get(text)
        if ids is None:
            ids = self._bpe.encode(text).ids
            if len(self._known) < 1_000_000:
                self._known[text] = ids
        return ids

    def decode(self, ids: list[int]) -> str:
        """The text of the ids; control tokens are left out."""
        return str(self._bpe.decode([token for token in ids if token >= len(SPECIALS)]))

    def sha256(self) -> str:
        """A hash of tokens and merges: equal hashes mean equal ids."""
        return hashlib.sha256(json.dumps([self.tokens, self.merges]).encode()).hexdigest()

    def save(self, path: Path) -> None:
        """Write tokens and merges as JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"tokens": self.tokens, "merges": self.merges}), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> CodeTokenizer:
        """Read what `save` wrote."""
        data = json.loads(path.read_text(encoding="utf-8"))
        return cls(list(data["tokens"]), [(left, right) for left, right in data["merges"]])


def train(texts: Iterable[str], vocabulary: int = VOCABULARY) -> CodeTokenizer:
    """Learn the merges from texts; the vocabulary counts control tokens and all 256 bytes."""
    bpe = _bare(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIALS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        max_token_length=LONGEST,
        show_progress=False,
    )
    bpe.train_from_iterator(texts, trainer=trainer)
    state = json.loads(bpe.to_str())["model"]
    tokens = sorted(state["vocab"], key=state["vocab"].__getitem__)
    return CodeTokenizer(tokens, [(left, right) for left, right in state["merges"]])


def mixed(folders: Iterable[Path], limit: int, seed: int) -> list[str]:
    """Texts of source trees that add up to `limit` characters, as much of each language, in a random order.

    Trees of repositories that are held out are left alone.
    """
    return balanced([one for one in folders if split_of(repository(one)) in (None, "train")], limit, seed)


def balanced(folders: Iterable[Path], limit: int, seed: int) -> list[str]:
    """The same of all the trees, whatever they are held out for."""
    chance = random.Random(seed)
    found: dict[str, list[str]] = {}
    for folder in folders:
        for tree in trees(folder):
            found.setdefault(tree.language, []).extend(tree.texts.values())
    texts: list[str] = []
    for each in found.values():
        chance.shuffle(each)
        texts += take(each, limit // len(found))
    chance.shuffle(texts)
    return texts


def take(texts: Iterable[str], limit: int) -> Iterator[str]:
    """Texts until they add up to `limit` characters."""
    seen = 0
    for text in texts:
        yield text
        seen += len(text)
        if seen >= limit:
            return


def _bare(model: models.BPE) -> Tokenizer:
    """A tokenizer around the model that splits as llama.cpp's "starcoder" does and knows no added tokens."""
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer
