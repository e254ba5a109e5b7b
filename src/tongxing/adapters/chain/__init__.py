"""A log's checkpoints written to an EVM chain, so that the chain's members hold them as well."""
