"""The linter's engine: files to documents, documents through the gate to the rules, to findings."""
