"""Commands of access: keys, accounts, collections, the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from assistant.access.principal import Role, account_id
from assistant.cli.shell import Data, errors_in_chinese, say, settings_of

if TYPE_CHECKING:
    from assistant.access.audit import Audit
    from assistant.access.store import Access

app = typer.Typer()
keys = typer.Typer(help="接口密钥：创建、列出、撤销。", no_args_is_help=True)
accounts = typer.Typer(help="网页账号：创建或改口令、列出、移除。", no_args_is_help=True)
collections = typer.Typer(help="文件集与可读的组：设置、列出。", no_args_is_help=True)
app.add_typer(keys, name="keys")
app.add_typer(accounts, name="accounts")
app.add_typer(collections, name="collections")

_Role = Annotated[Role, typer.Option("--role", help="角色：读者、投稿人、管理员")]
_Groups = Annotated[str, typer.Option("--groups", help="所属的组，以逗号分隔")]


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Argument(help="密钥名称，如 网站前端")],
    role: _Role = Role.READER,
    groups: _Groups = "",
    data: Data = None,
) -> None:
    """创建密钥，只显示这一次。有了密钥，未带密钥的请求一律拒绝。"""
    with _opened(data) as (access, audit):
        key = access.create_key(name, role, _split(groups))
        _record(audit, "keys create", f"{name} {role.value} {groups}".strip())
        say("请保存密钥，之后无法再看到：")
        typer.echo(key)


@keys.command("list")
def list_keys(data: Data = None) -> None:
    """列出密钥（不含密钥本身）。"""
    table = Table("编号", "名称", "角色", "组", "创建时间（UTC）", "撤销时间（UTC）")
    with _opened(data) as (access, _):
        for key in access.all_keys():
            revoked = _told(key.revoked) if key.revoked else ""
            groups = "、".join(key.groups)
            table.add_row(
                key.id, escape(key.name), key.role.value, groups, _told(key.created), revoked
            )
    Console().print(table)


@keys.command("revoke")
def revoke_key(
    id_: Annotated[str, typer.Argument(metavar="编号", help="密钥编号，见 keys list")],
    data: Data = None,
) -> None:
    """撤销密钥，立即生效。"""
    with _opened(data) as (access, audit):
        access.revoke_key(id_)
        _record(audit, "keys revoke", id_)
        typer.echo(f"已撤销 {id_}")


@accounts.command("create")
def create_account(
    name: Annotated[str, typer.Argument(help="账号名称")],
    role: _Role = Role.READER,
    groups: _Groups = "",
    password: Annotated[
        str, typer.Option(prompt="口令", confirmation_prompt=True, hide_input=True, help="口令")
    ] = "",
    data: Data = None,
) -> None:
    """创建网页账号；已有同名账号的，改口令、角色和组。"""
    with _opened(data) as (access, audit):
        access.create_account(name, password, role, _split(groups))
        _record(audit, "accounts create", f"{name} {role.value} {groups}".strip())
        typer.echo(f"账号 {name} 可用")


@accounts.command("list")
def list_accounts(data: Data = None) -> None:
    """列出账号。"""
    table = Table("名称", "角色", "组", "创建时间（UTC）")
    with _opened(data) as (access, _):
        for one in access.accounts():
            groups = "、".join(one.groups)
            table.add_row(escape(one.name), one.role.value, groups, _told(one.created))
    Console().print(table)


@accounts.command("remove")
def remove_account(
    name: Annotated[str, typer.Argument(help="账号名称")], data: Data = None
) -> None:
    """移除账号，其登录立即失效，其对话一并删除。"""
    from assistant.conversations import Conversations

    with _opened(data) as (access, audit):
        access.remove_account(name)
        settings = settings_of(data)
        kept = Conversations(settings.data, settings.database)
        gone = kept.forget(account_id(name))  # who has the name next must not find them
        kept.close()
        _record(audit, "accounts remove", name)
        typer.echo(f"已移除 {name}，删除其对话 {gone} 个")


@collections.command("set")
def set_collection(
    name: Annotated[str, typer.Argument(help="文件集名称")],
    groups: Annotated[str, typer.Option("--groups", help="可读的组，以逗号分隔")],
    data: Data = None,
) -> None:
    """新设文件集，或改可读的组。public 人人可读，不必设。"""
    with _opened(data) as (access, audit):
        access.set_collection(name, _split(groups))
        _record(audit, "collections set", f"{name} {groups}")
        typer.echo(f"文件集 {name} 的读者：{groups}、管理员")


@collections.command("list")
def list_collections(data: Data = None) -> None:
    """列出文件集和可读的组。"""
    table = Table("文件集", "可读的组")
    table.add_row("public", "（人人可读）")
    with _opened(data) as (access, _):
        for name, groups in access.collections().items():
            table.add_row(escape(name), "、".join(groups))
    Console().print(table)


@app.command("audit")
def audit_command(
    data: Data = None,
    who: Annotated[str | None, typer.Option(help="谁：编号或名称")] = None,
    action: Annotated[str | None, typer.Option(help="做了什么，如 ask、ingest、login")] = None,
    limit: Annotated[int, typer.Option(help="至多几条")] = 50,
) -> None:
    """查看审计记录，新的在前。"""
    table = Table("时间（UTC）", "谁", "名称", "做了什么", "内容", "结果")
    with _opened(data) as (_, audit):
        total, entries = audit.entries(who=who, action=action, limit=limit)
        for one in entries:
            at = _told(one.at)
            cells = (at, one.who, one.name, one.action, one.about, one.outcome)
            table.add_row(*map(escape, cells))
    Console().print(table)
    typer.echo(f"共 {total} 条")


@contextmanager
def _opened(data: Data) -> Iterator[tuple[Access, Audit]]:
    from assistant.access.audit import Audit
    from assistant.access.store import Access

    with errors_in_chinese():
        settings = settings_of(data)
        access = Access(settings.data, settings.database)
        audit = Audit(settings.data, settings.audit_days, settings.database)
        try:
            yield access, audit
        finally:
            audit.close()
            access.close()


def _record(audit: Audit, action: str, about: str) -> None:
    from assistant.access.principal import LOCAL

    audit.record(LOCAL, action, about)


def _told(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _split(groups: str) -> list[str]:
    return [group.strip() for group in groups.replace("，", ",").split(",") if group.strip()]
