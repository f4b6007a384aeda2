"""Addresses of the app's own routes, below whatever path the app is served."""

from starlette.convertors import Convertor, register_url_convertor


class _FoldersConvertor(Convertor[str]):
    """No folder or some, each with its slash; a path would take part of the name that follows."""

    regex = "(?:[^/]+/)*"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("folders", _FoldersConvertor())
ROOT = "/{base:folders}"  # of the app; a page asks relative to its own address
