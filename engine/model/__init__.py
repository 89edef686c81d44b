"""Prompt, llama.cpp runtime, calibration and the predictors that decide which sites become actions."""
