"""A misbehaving AWS, name server and network for the tests."""
