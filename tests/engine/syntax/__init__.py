"""Tests of engine/syntax."""
