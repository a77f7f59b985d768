"""A coverage-guided fuzzer over the wire, the session machine, the fold of its facts and VENOM's feed."""
