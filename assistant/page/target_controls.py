"""What is pressed and filled in on the page of targets."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from nicegui import ui
from nicegui.events import GenericEventArguments

from assistant.page.choices import Choice, Offer, Way
from assistant.page.text import label, words
from corpus.document import LEVEL_NAMES, Level, Status

Choose = Callable[[Choice], Awaitable[None]]
_Changed = Callable[[GenericEventArguments], Awaitable[None]]
_WAYS = {Way.MATRIX: "各地对照", Way.DESCENT: "逐级对照", Way.LIST: "逐条浏览"}
_REGION_LABELS = {Way.MATRIX: "加一个辖区", Way.DESCENT: "最低一级辖区", Way.LIST: "辖区（含下级）"}
_VALUE = "(event) => emit(event.target.value)"
_STATUSES = [("", "不限状态"), *((status.value, status.value) for status in Status)]


class Controls:
    """The controls of one page; they stay where they are, so that the focus does too."""

    def __init__(self, offer: Offer, choice: Choice, choose: Choose) -> None:
        self._offer = offer
        self._choice = choice
        self._choose = choose

    def build(self) -> None:
        """Lay them out."""
        self._ways = {way: self._way(way, name) for way, name in _ways()}
        held = {one.level for one in self._offer.regions.values()}
        levels = [(one.value, LEVEL_NAMES[one]) for one in Level if one in held]
        with ui.element("form").classes("cw-choose") as form:
            form.on("submit", js_handler="(event) => event.preventDefault()")
            self._build_indicator()
            self._year = _select("年份", self._year_chosen)
            self._build_region()
            self._preset = _select("一次加多个", self._preset_chosen)
            _fill(self._preset, [("", "请选择"), *((name, name) for name in self._offer.presets)])
            self._level = _select("层级", self._level_chosen)
            _fill(self._level, [("", "不限层级"), *levels])
            self._status = _select("状态", self._status_chosen)
            _fill(self._status, _STATUSES)
            with ui.element("label").classes("cw-check") as self._numbers_label:
                self._numbers = ui.element("input").props('type="checkbox"')
                self._numbers.on(
                    "change", self._numbers_chosen, js_handler="(e) => emit(e.target.checked)"
                )
                words("只看有数值的")
        self._chips = ui.element("ul").classes("cw-picks").props('aria-label="已选辖区"')

    def show(self, choice: Choice) -> None:
        """Say what is chosen now."""
        self._choice = choice
        for way, button in self._ways.items():
            button.props(f'aria-pressed="{str(way is choice.way).lower()}"')
        self._indicator.show(choice.indicator)
        years = self._offer.years_of(choice.indicator)
        said = years if choice.year in years or not choice.year else (*years, choice.year)
        every = [] if choice.way is Way.DESCENT else [("", "全部年份")]
        _fill(self._year, [*every, *((str(year), f"{year}年") for year in said)])
        self._year.props["value"] = str(choice.year or "")
        self._level.props["value"] = choice.level.value if choice.level else ""
        self._status.props["value"] = choice.status.value if choice.status else ""
        self._numbers.props["checked"] = choice.numbers
        is_matrix, is_line = choice.way is Way.MATRIX, choice.way is Way.DESCENT
        _visible(self._preset, is_matrix)
        _visible(self._level, not is_line)
        _visible(self._status, not is_line)
        self._numbers_label.set_visibility(is_matrix)
        self._region_label.set_content(_REGION_LABELS[choice.way])
        self._region.show(_region_of(choice))
        self._build_chips()

    def _way(self, way: Way, name: str) -> ui.element:
        button = ui.element("button").classes("cw-way").props('type="button"')
        button.on("click", lambda: self._choose(self._turned(way)))
        with button:
            words(name)
        return button

    def _turned(self, way: Way) -> Choice:
        """The same looked at another way; a line or a list is of one jurisdiction."""
        named = [name for name in self._choice.regions if name not in self._offer.presets]
        regions = self._choice.regions if way is Way.MATRIX else tuple(named[-1:])
        year = self._choice.year
        if way is Way.DESCENT and year is None:
            year = self._offer.usual_year(self._choice.indicator)
        return replace(self._choice, way=way, regions=regions, year=year, page=1, sort="")

    def _build_indicator(self) -> None:
        with _labelled("指标"):
            self._indicator = _Field(self._choice.indicator, self._indicator_chosen)
            self._indicator.element.classes("cw-indicator").props(
                'list="cw-indicators" data-slash placeholder="如 森林覆盖率"'
            )
        _suggest(
            "cw-indicators",
            [(name, f"{len(codes)} 个辖区") for name, codes in self._offer.holders.items()],
        )

    def _build_region(self) -> None:
        with ui.element("label").classes("cw-labelled"):
            self._region_label = words("")
            self._region = _Field(_region_of(self._choice), self._region_chosen)
            self._region.element.props('list="cw-regions" placeholder="如 吉林省"')
        held = self._offer.regions.values()
        _suggest("cw-regions", [(one.name, LEVEL_NAMES[one.level]) for one in held])

    def _build_chips(self) -> None:
        self._chips.clear()
        self._chips.set_visibility(self._choice.way is Way.MATRIX)
        presets = self._offer.presets
        with self._chips:
            for name in self._choice.regions:
                many = f"（{len(presets[name])}）" if name in presets else ""
                with ui.element("li"):
                    button = ui.element("button").classes("cw-pick")
                    button.props(f'type="button" {label(f"移除{name}")}')
                    button.on("click", lambda name=name: self._remove(name))
                    with button:
                        words(f"{name}{many} ×")
            if not self._choice.regions and self._choice.indicator:
                count = len(self._offer.holders.get(self._choice.indicator, ()))
                said = f"未选辖区，列出有这项指标的全部 {count} 个辖区" if count else ""
                words(said, "li").classes("cw-quiet")

    async def _remove(self, name: str) -> None:
        left = tuple(one for one in self._choice.regions if one != name)
        ui.run_javascript(f"getHtmlElement({self._region.element.id}).focus()")
        await self._choose(replace(self._choice, regions=left))

    async def indicate(self, name: str) -> None:
        """Choose an indicator, and a year that it is set for."""
        years = self._offer.years_of(name)
        year = self._choice.year
        if (year not in years and name) or (year is None and self._choice.way is Way.DESCENT):
            year = self._offer.usual_year(name) if self._choice.way is Way.DESCENT else None
        await self._choose(replace(self._choice, indicator=name, year=year, page=1, sort=""))

    async def _indicator_chosen(self, event: GenericEventArguments) -> None:
        await self.indicate(Choice.of({"indicator": str(event.args)}, ()).indicator)

    async def _year_chosen(self, event: GenericEventArguments) -> None:
        said = Choice.of({"year": str(event.args)}, ())
        await self._choose(replace(self._choice, year=said.year, page=1, sort=""))

    async def _region_chosen(self, event: GenericEventArguments) -> None:
        names = Choice.of({}, [str(event.args)]).regions
        if self._choice.way is Way.MATRIX:
            if not names:
                return
            names = Choice.of({}, [*self._choice.regions, *names]).regions
        await self._choose(replace(self._choice, regions=names, page=1))

    async def _preset_chosen(self, event: GenericEventArguments) -> None:
        self._preset.props["value"] = ""
        await self._region_chosen(event)

    async def _level_chosen(self, event: GenericEventArguments) -> None:
        level = Choice.of({"level": str(event.args)}, ()).level
        await self._choose(replace(self._choice, level=level, page=1))

    async def _status_chosen(self, event: GenericEventArguments) -> None:
        status = Choice.of({"status": str(event.args)}, ()).status
        await self._choose(replace(self._choice, status=status, page=1))

    async def _numbers_chosen(self, event: GenericEventArguments) -> None:
        await self._choose(replace(self._choice, numbers=event.args is True))


def _ways() -> Sequence[tuple[Way, str]]:
    return list(_WAYS.items())


def _labelled(name: str) -> ui.element:
    box = ui.element("label").classes("cw-labelled")
    with box:
        words(name)
    return box


def _select(name: str, chosen: _Changed) -> ui.element:
    with _labelled(name):
        select = ui.element("select").classes("cw-field")
        select.on("change", chosen, js_handler=_VALUE)
    return select


def _fill(select: ui.element, options: Sequence[tuple[str, str]]) -> None:
    select.clear()
    with select:
        for value, said in options:
            with ui.element("option") as option:
                option.props["value"] = value
                words(said)


def _suggest(name: str, options: Sequence[tuple[str, str]]) -> None:
    """Suggestions of the browser's own for a field whose `list` is this name."""
    with ui.element("datalist").props(f'id="{name}"'):
        for value, said in options:
            option = ui.element("option")
            option.props["value"] = value
            option.props["label"] = said


class _Field:
    """A field of one line that only the browser fills, so that typing is never undone.

    A script empties or sets it where something else is chosen than what was last said in it: what
    is typed before the page is connected stays.
    """

    def __init__(self, text: str, changed: _Changed) -> None:
        self._text = text
        self._changed = changed
        self.element = ui.element("input").classes("cw-field")
        self.element.props('autocomplete="off" maxlength="60"')
        self.element.props["^value"] = text
        self.element.on("change", self._said, js_handler=_VALUE)

    async def _said(self, event: GenericEventArguments) -> None:
        self._text = str(event.args)
        await self._changed(event)

    def show(self, text: str) -> None:
        """Let this stand in it."""
        if text != self._text:
            self._text = text
            ui.run_javascript(f"getHtmlElement({self.element.id}).value = {json.dumps(text)}")


def _region_of(choice: Choice) -> str:
    """What stands in the field of a jurisdiction; of several, each is a chip below it."""
    return "" if choice.way is Way.MATRIX else "".join(choice.regions[:1])


def _visible(select: ui.element, is_visible: bool) -> None:
    """Show a field with its label, or hide both."""
    if select.parent_slot:
        select.parent_slot.parent.set_visibility(is_visible)
