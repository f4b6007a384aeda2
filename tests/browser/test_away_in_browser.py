"""Streamlit's page goes where a server sends it that lets nobody in, and comes back."""

import re
from collections.abc import Callable

from playwright.sync_api import WebSocketRoute, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser.conftest import Server, Visitor


def test_who_is_sent_away_comes_back_with_his_drawing(
    come: Callable[..., Visitor], server: Server
) -> None:
    visitor = come()
    visitor.put_example(4)
    expect(visitor.answer).to_have_text("4")
    expect(visitor.page).to_have_url(re.compile("drawing="))
    address, is_full = visitor.page.url, [True]

    def connect(route: WebSocketRoute) -> None:
        message = ForwardMsg(hash="full")
        message.auth_redirect.url = "en/away/full"
        if is_full:
            route.send(message.SerializeToString())
        else:
            route.connect_to_server()

    visitor.page.route_web_socket("**/_stcore/stream", connect)
    visitor.page.reload()
    again = visitor.page.get_by_role("link", name="Try again")
    expect(again).to_be_visible()
    assert visitor.page.url == f"{server.address}/en/away/full"
    is_full.clear()
    again.click()
    expect(visitor.answer).to_have_text("4")
    assert visitor.page.url == address
