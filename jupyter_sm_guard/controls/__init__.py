"""Controls: one file each, each judges evidence; none asks the world anything."""
