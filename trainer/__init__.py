"""Makes the model: corpus, simulated edit chains, training, export to one GGUF. torch lives here only."""
