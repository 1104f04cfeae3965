"""Whom a message is about: the writer, those who come along, or one relative alone."""
from __future__ import annotations

import pytest

from policy_kb.household import Person, only, own_words, relatives

WIFE, GRANDSON = Person("老伴", 61, False), Person("孙子", None, True)


@pytest.mark.parametrize("text, people", [
    ("我和老伴(61)带孙子来", (WIFE, GRANDSON)), ("我和老伴（61岁）带孙子来丹东", (WIFE, GRANDSON)),
    ("我跟61岁的老伴领着孙子一起来的", (WIFE, GRANDSON)), ("老伴今年六十一，孙子跟我们一起", (WIFE, GRANDSON)),
    ("我和老伴都来了，老伴61", (Person("老伴", 61, False),)), ("大儿子30岁，小儿子8岁，都跟我来", (Person("儿子", 30, False, grown=True),)),
    ("孙子8岁跟我来", (Person("孙子", 8, True),)), ("我和儿子（25）一起来的", (Person("儿子", 25, False, grown=True),)),
    ("我跟我爸来的", (Person("爸爸", None, False),)), ("老伴61年生的，和我一起", (Person("老伴", None, False),)),
])
def test_those_who_come_along_are_named_with_their_ages(text, people):
    assert relatives(text) == people


@pytest.mark.parametrize("text, grown", [
    ("我和儿子一起来的，儿子二十五", True), ("带着成年的儿子来的", True), ("我和儿子一起来的，他已经成年了", True),
    ("我跟儿子都来了，儿子在厂里上班", True), ("闺女（19）和我一起", True), ("女儿大学毕业了，跟我们一起来", True), ("儿子结婚了，跟我们一块住", True),
    ("我和闺女（17）来的", False), ("我在厂里上班，带着儿子来的", False), ("我结婚了，和孩子一起来", False), ("孩子未成年，跟我来的", False),
    ("儿子没结婚，跟我来的", False), ("我带孩子上小学，媳妇在厂里上班，都来了", False),
    ("我带着孩子在丹东打工三年", False), ("我和孩子在城里打工", False), ("我领着闺女来丹东打工，她已经结婚了", True), ("我和儿子都上班", True),
    ("大儿子工作了，小儿子8岁，都跟我来", True), ("儿子大学毕业没找到工作，跟我来", True),
])
def test_a_child_is_grown_by_age_or_by_what_is_said_of_them(text, grown):
    (child,) = (p for p in relatives(text) if p.name != "媳妇")
    assert (child.grown, child.child) == (grown, not grown)


@pytest.mark.parametrize("text", ["我一个人来的", "我儿子当过兵", "签了合同，孩子上学", "我同意，孩子也行", "老伴61了", "", "我和朋友来的"])
def test_nobody_comes_along_unless_it_is_said(text):
    assert relatives(text) == ()


@pytest.mark.parametrize("text, name", [
    ("帮我爸查一下", "爸爸"), ("给俺爹查查能不能落户", "父亲"), ("替老伴问一下能不能落户", "老伴"), ("我老伴61了，养老金怎么领", "老伴"),
    ("老人养老保险怎么办", "老人"),
])
def test_a_message_may_be_about_one_relative_instead_of_the_writer(text, name):
    assert only(text).name == name


@pytest.mark.parametrize("text", ["帮我查一查", "我和老伴来的", "我儿子当过兵，我农村户口", "孩子上学帮我查一查", "爸妈和儿子怎么办"])
def test_otherwise_it_is_about_the_writer(text):
    assert only(text) is None


@pytest.mark.parametrize("text, own", [
    ("我和老伴(61)带孙子来，农村户口", "我和老伴带孙子来，农村户口"), ("我儿子当过兵，我农村户口", "我农村户口"),
    ("孙子8岁跟我来", "孙子跟我来"), ("老伴六十一岁，我住了三年", "我住了三年"), ("我63岁", "我63岁"),
])
def test_ages_and_clauses_of_others_are_not_the_writers(text, own):
    assert own_words(text) == own
