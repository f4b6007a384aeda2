"""What outlives a rerun: readers, engines and work in the background, for all visitors."""
