"""Makes the model: corpus, simulated edit chains, training from scratch, export to one GGUF. torch lives here."""
