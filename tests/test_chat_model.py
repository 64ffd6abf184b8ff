"""The chat model that is configured: its faults told apart, its words bounded."""

from pathlib import Path

import pytest
from chat_server import ChatServer, Reply

from assistant.chat.model import ChatModel, Message, model_of
from assistant.errors import ChatModelError, Fault, ModelSettingsError
from assistant.settings import Settings

pytest.importorskip("langchain_openai")

PROMPT = [Message("system", "规则"), Message("user", "问题")]


def modelled(server: ChatServer, tmp_path: Path, seconds: float = 5) -> ChatModel:
    settings = Settings(
        data=tmp_path,
        chat_model="any",
        chat_base_url=server.url,
        chat_pause=0,
        chat_timeout=seconds,
    )
    model = model_of(settings)
    assert model is not None
    return model


def test_without_a_model_there_is_none(tmp_path: Path) -> None:
    assert model_of(Settings(data=tmp_path)) is None


@pytest.mark.parametrize("name", ["nowhere:model", "mistralai:large"])
def test_a_model_that_can_not_be_used_names_the_setting(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelSettingsError, match="CLAUSEWISE_CHAT_MODEL"):
        model_of(Settings(data=tmp_path, chat_model=name))


def test_what_is_sent_is_the_messages_and_a_temperature_of_zero(
    server: ChatServer, tmp_path: Path
) -> None:
    server.script = lambda _: Reply("好。")
    assert "".join(modelled(server, tmp_path).write(PROMPT)) == "好。"
    body = server.asked[-1]
    assert body["messages"] == [
        {"role": "system", "content": "规则"},
        {"role": "user", "content": "问题"},
    ]
    assert body["model"] == "any"
    assert body["temperature"] == 0
    assert "stream_options" not in body


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (Reply(status=500), Fault.DOWN),
        (Reply(status=429), Fault.BUSY),
        (Reply(status=401), Fault.DENIED),
        (Reply(status=403), Fault.DENIED),
        (Reply(status=404), Fault.REFUSED),
        (Reply(fault="hang"), Fault.TIMEOUT),
        (Reply("字" * 7000), Fault.ENDLESS),
        (Reply(), Fault.EMPTY),
        (Reply(finish="content_filter"), Fault.DECLINED),
    ],
)
def test_faults_are_told_apart(
    server: ChatServer, tmp_path: Path, reply: Reply, fault: Fault
) -> None:
    server.script = lambda _: reply
    patience = 0.5 if fault is Fault.TIMEOUT else 30
    with pytest.raises(ChatModelError) as raised:
        list(modelled(server, tmp_path, patience).write(PROMPT))
    assert raised.value.fault is fault


def test_a_model_that_is_down_is_left_alone_for_a_while(server: ChatServer, tmp_path: Path) -> None:
    server.script = lambda _: Reply(status=500)
    model = modelled(server, tmp_path)
    for _ in range(2):
        with pytest.raises(ChatModelError):
            list(model.write(PROMPT))
        asked = len(server.asked)
    with pytest.raises(ChatModelError, match="暂不可用"):
        list(model.write(PROMPT))
    assert len(server.asked) == asked


def test_a_stream_that_breaks_off_is_not_begun_again(server: ChatServer, tmp_path: Path) -> None:
    server.script = lambda _: Reply("占比达到14.5%。[1]", fault="cut")
    before = len(server.asked)
    said: list[str] = []
    with pytest.raises(ChatModelError) as raised:
        said.extend(modelled(server, tmp_path).write(PROMPT))
    assert raised.value.fault is Fault.CUT
    assert len(server.asked) == before + 1


def test_thoughts_are_left_out_however_they_come(server: ChatServer, tmp_path: Path) -> None:
    server.script = lambda _: Reply("\n<think>先想一想</think>答案。")
    assert "".join(modelled(server, tmp_path).write(PROMPT)) == "答案。"
