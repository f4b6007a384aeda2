"""Where the assets and the trained models lie, in a checkout and in an installed package."""

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
PROJECT = PACKAGE.parent  # of a checkout; of an installed package the folder that it lies in
IS_INSTALLED = (PACKAGE / "assets").is_dir()  # a wheel carries them inside the package

ASSETS = (PACKAGE if IS_INSTALLED else PROJECT) / "assets"
SHIPPED_MODELS = ASSETS / "models"
TRAINED_MODELS = Path.cwd() / "models" if IS_INSTALLED else PROJECT / "models"
