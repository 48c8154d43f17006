"""The panel Parts."""
