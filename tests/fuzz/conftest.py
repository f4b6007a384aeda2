"""How much is tried at each entrance: always the same, and more of it on demand."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "short",
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile("long", settings.get_profile("short"), max_examples=2_000)
settings.load_profile("short")
