"""The importer: what it finds in an official document, and what it refuses."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_kb.document import DocumentError, import_command, parse, read_source

SOURCES = Path(__file__).resolve().parents[2] / "policy_kb" / "content" / "source"
OWN = next(SOURCES.glob("*.txt"))


@pytest.fixture(scope="module")
def own():
    return parse(read_source(OWN), OWN.name)


def clause(document, value):
    return next(clause for clause in document.clauses if clause.value == value)


def roles(section):
    return [(role.role, *role.departments) for lead in section.leads for role in lead.roles]


def numbers(document):
    return [(section.level, section.number) for section in document.all_sections]


def assert_tiles(document):
    position = 0
    for part in document.parts:
        assert part.start == position < part.end
        position = part.end
    assert position == len(document.source)


class TestOurOwnDocument:
    def test_has_its_title_and_no_number_of_its_own(self, own):
        assert own.title == "丹东市推动非户籍人口在城市落户实施方案"
        assert own.number is None

    def test_has_four_headings_over_seventeen_clauses(self, own):
        assert [(h.number, h.title) for h in own.headings] == [
            ("一、", "总体要求"), ("二、", "进一步拓宽落户通道"),
            ("三、", "制定实施配套政策"), ("四、", "强化监测检查")]
        assert [clause.value for clause in own.clauses] == list(range(1, 18))
        assert [len(heading.children) for heading in own.headings] == [3, 2, 9, 3]

    def test_titles_of_clauses_are_the_words_before_the_first_full_stop(self, own):
        assert clause(own, 4).title == "全面放开放宽重点群体落户限制"
        assert clause(own, 6).title == (
            "适当加大对农业转移人口市民化的财政支持力度，提供同等的基本公共服务")
        assert clause(own, 9).title == "建立进城落户农民“三权”维护和自愿有偿退出机制"

    def test_keeps_preamble_and_closing_apart(self, own):
        assert [s.text[:6] for s in own.preamble] == ["为贯彻落实《"]
        assert [s.text[:8] for s in own.closing] == ["各地区、各部门要"]
        assert len(clause(own, 17).sentences) == 1

    @pytest.mark.parametrize("value, expected", [
        (1, []),
        (4, [("牵头", "市公安局")]),
        (8, [(None, "市发改委", "人民银行丹东支行", "市金融办"), ("牵头", "市财政局"),
             ("按职责分工负责", "市财政局", "市发改委")]),
        (9, [("牵头", "市农委"), ("配合", "市国土资源局")]),
        (10, [("牵头", "市住房城乡建设委"), ("配合", "市住房公积金管理中心")]),
        (11, [("牵头", "市人力资源社会保障局"), ("配合", "市卫生计生委")]),
        (12, [("牵头", "市人力资源社会保障局", "市民政局")]),
        (16, [("牵头", "市公安局", "市发改委")]),
        (17, [("牵头", "市审计局")]),
    ])
    def test_names_the_bodies_with_their_roles(self, own, value, expected):
        assert roles(clause(own, value)) == expected

    def test_finds_every_cited_document_with_its_number(self, own):
        cited = [citation for _, citation in own.citations]
        assert [citation.number for citation in cited] == [
            "辽政办发〔2017〕60号", "丹政发〔2016〕13号", "丹政发〔2015〕40号",
            "丹政发〔2016〕13号", None, None, "辽政办发〔2012〕68号"]
        assert {citation.title for citation in cited if not citation.number} == {
            "居住证暂行条例", "辽宁省实有人口服务管理办法"}
        assert cited[-1].title.endswith("中考和高考实施方案(试行)的通知")

    def test_finds_dates_and_numeric_conditions(self, own):
        assert {date.year for _, date in own.dates} == {2018, 2020}
        found = {(c.comparison, c.value, c.unit) for _, c in own.conditions}
        assert found == {("=", 50, "%"), (">=", 2, "年"), (">=", 1, "年"), (">=", 60, "周岁")}

    def test_every_offset_points_at_the_words_themselves(self, own):
        for _, mention in (*own.citations, *own.dates, *own.conditions):
            start, end = mention.span
            quoted = own.source[start:end]
            assert getattr(mention, "text", None) in (None, quoted)
            assert (getattr(mention, "title", None) or "") in quoted
        for section in own.all_sections:
            for sentence in section.sentences:
                assert "".join(own.source[a:b] for a, b in sentence.spans) == sentence.text

    def test_the_parts_are_the_whole_source_and_no_word_is_left_over(self, own):
        assert_tiles(own)
        left_over = "".join(
            own.source[p.start:p.end] for p in own.parts if p.kind in ("blank", "layout"))
        assert not left_over.strip()

    def test_json_has_title_sections_and_citations(self, own):
        shown = json.loads(import_command(OWN, as_json=True))
        assert shown["title"] == own.title
        fourth = shown["sections"][1]["children"][0]
        assert fourth == {
            "num": "(四)", "n": 4, "level": 2, "title": "全面放开放宽重点群体落户限制",
            "starts_with": "全面放开放宽重点群体落户限制。在我市城区就业居住",
            "leads": [{"raw": "(市公安局牵头)", "roles": [
                {"role": "牵头", "departments": ["市公安局"]}]}],
            "children": []}
        assert "starts_with" not in shown["sections"][0]
        assert len(shown["citations"]) == 7

    def test_outline_reads_as_chinese(self):
        outline = import_command(OWN, as_json=False)
        assert "共 4 个标题、17 条" in outline
        assert "(十)将进城落户农民完全纳入城镇住房保障体系" in outline
        assert "牵头：市住房城乡建设委" in outline
        assert "引用文件 6 件" in outline


class TestNumbering:
    def test_half_and_full_width_brackets_are_the_same_level(self):
        document = parse("某市方案\n一、甲\n（一）子。一。\n(二)丑。二。\n二、乙\n", "x")
        assert numbers(document) == [(1, "一、"), (2, "（一）"), (2, "(二)"), (1, "二、")]

    def test_numbers_below_the_brackets_nest(self):
        text = "某市方案\n一、甲\n（一）乙。丙。\n1.丁。戊。\n（1）己；\n（2）庚。\n①辛\n２．壬。\n"
        assert numbers(parse(text, "x")) == [
            (1, "一、"), (2, "（一）"), (3, "1."), (4, "（1）"), (4, "（2）"), (5, "①"), (3, "２．")]

    def test_only_chinese_numerals(self):
        document = parse("关于值班的通知\n各单位：\n一、按时到岗。\n二、做好记录。\n特此通知。\n", "x")
        assert numbers(document) == [(1, "一、"), (1, "二、")]
        assert [s.text for s in document.closing] == ["特此通知。"]

    def test_chapters_sections_and_articles(self):
        text = ("某某条例\n第一章　总则\n第一条　为了便民，制定本条例。\n第二章　登记\n"
                "第一节　申请\n第二条　申请人应当提交：\n（一）申请；\n（二）证明。\n"
                "上述材料当场核对。\n")
        document = parse(text, "x")
        assert numbers(document) == [
            (1, "第一章"), (2, "第一条"), (1, "第二章"), (2, "第一节"), (3, "第二条"),
            (4, "（一）"), (4, "（二）")]
        article = document.all_sections[4]
        assert article.title is None
        assert article.sentences[-1].text == "上述材料当场核对。"

    def test_a_reference_to_an_article_opens_none(self):
        text = "某某办法\n第一条　按照\n第三条规定的条件办理。\n第二条 以书面方式申请。\n"
        assert numbers(parse(text, "x")) == [(1, "第一条"), (1, "第二条")]

    def test_table_of_contents_is_not_the_text(self):
        text = "某某条例\n目　录\n第一章　甲\n第二章　乙\n第一章　甲\n第一条　丙。\n第二章　乙\n"
        assert numbers(parse(text, "x")) == [(1, "第一章"), (2, "第一条"), (1, "第二章")]

    def test_decimal_chapters_of_emergency_plans(self):
        text = "某市应急预案\n1 总则\n1.1 目的\n保障安全。\n1.2 依据\n2 组织\n2.1 机构\n"
        assert numbers(parse(text, "x")) == [
            (1, "1"), (2, "1.1"), (2, "1.2"), (1, "2"), (2, "2.1")]

    def test_markdown_headings_are_read_with_and_without_numbers(self):
        text = "# 某市说明\n\n## 范围\n\n一、甲方。\n\n## **附则**\n\n说明文字。\n"
        document = parse(text, "x")
        assert document.title == "某市说明"
        assert [(s.level, s.number, s.title) for s in document.all_sections] == [
            (1, "", "范围"), (2, "一、", None), (1, "", "附则")]

    def test_markdown_lists_and_quotes_are_read(self):
        text = "# 某市说明\n> 一、范围\n- （一）甲方。乙方。\n* （二）丙方。丁方。\n"
        assert numbers(parse(text, "x")) == [(1, "一、"), (2, "（一）"), (2, "（二）")]

    def test_a_list_of_attachments_is_no_list_of_clauses(self):
        text = "某市通知\n一、甲工作\n抓好落实。\n附件：1.名单\n2.表格\n某市人民政府\n2019年3月1日\n"
        assert numbers(parse(text, "x")) == [(1, "一、")]

    def test_declarative_openings_are_no_titles(self):
        text = ("某市意见\n一、要求\n（一）必须尊重意愿。不得强迫。\n"
                "（二）坚持统筹规划，完善政策，分步实施，稳妥有序，并且充分考虑各地的实际承载能力。\n"
                "（三）禁止变相收费；违者追究。\n")
        assert [s.title for s in parse(text, "x").all_sections] == ["要求", None, None, None]


class TestLayout:
    def test_page_numbers_do_not_cut_sentences(self):
        text = "某市办法\n第一条　申请人应当住满\n\n— 2 —\n\n三年以上。\n第二条　免费。\n"
        document = parse(text, "x")
        sentence = document.clauses[0].sentences[0]
        assert sentence.text == "申请人应当住满三年以上。"
        assert len(sentence.spans) == 2
        assert document.conditions[0][1].value == 3
        assert_tiles(document)

    def test_hard_wrapped_lines_are_one_paragraph(self):
        wrapped = "本市行政区域内的常住人口登记和管理工作适用本方案，各级各部门都要"
        text = f"某市方案\n一、范围\n　　{wrapped}\n{wrapped}\n{wrapped}\n照此办理。\n二、附则\n"
        assert len(parse(text, "x").clauses[0].sentences) == 1

    def test_tables_are_kept_but_not_read_as_clauses(self):
        text = ("某市通知\n一、对象\n本市居民。\n"
                "<table><tr><td>一、表内</td></tr></table>\n| 二、 | 表内 |\n二、时间\n")
        document = parse(text, "x")
        assert numbers(document) == [(1, "一、"), (1, "二、")]
        assert [part.kind for part in document.parts].count("table") == 2

    def test_a_page_laid_out_in_a_table_is_read(self):
        body = "<p>一、对象</p><p>" + "本市居民。" * 80 + "</p><p>二、时间</p>"
        document = parse(f"<table><tr><td><p>某市通知</p>{body}</td></tr></table>", "x")
        assert numbers(document) == [(1, "一、"), (1, "二、")]

    def test_a_forwarded_document_keeps_its_cover_apart(self):
        text = ("某府发〔2019〕7号\n各县人民政府：\n《某市落户方案》已经同意，现印发给你们。\n"
                "某市人民政府\n2019年1月2日\n**某市落户方案**\n为便民，制定本方案。\n一、目标\n")
        document = parse(text, "x")
        assert (document.title, document.number) == ("某市落户方案", "某府发〔2019〕7号")
        assert [s.text for s in document.preamble] == ["为便民，制定本方案。"]


class TestMentions:
    def leads(self, text):
        return roles(parse(f"某市方案\n一、甲\n（一）乙。{text}\n", "x").clauses[0])

    @pytest.mark.parametrize("text, expected", [
        ("做事。\n责任单位：市公安局、市教育局", [("责任", "市公安局", "市教育局")]),
        ("做事。\n牵头单位：市民政局；配合单位：各县（市、区）人民政府",
         [("牵头", "市民政局"), ("配合", "各县（市、区）人民政府")]),
        ("做事（市住房和城乡建设局、市财政局牵头，各县区政府配合）。",
         [("牵头", "市住房和城乡建设局", "市财政局"), ("配合", "各县区政府")]),
        ("做事。（责任单位：市发展和改革委员会和市财政局；完成时限：2019年底）",
         [("责任", "市发展和改革委员会", "市财政局")]),
        ("做事。（由市公安局负责统筹协调，有关部门按职责分工负责）",
         [("负责统筹协调", "市公安局"), ("按职责分工负责", "有关部门")]),
        ("住所（含租赁）稳定。（以下简称方案）", []),
    ])
    def test_notes_of_responsibility(self, text, expected):
        assert self.leads(text) == expected

    @pytest.mark.parametrize("text, expected", [
        ("《关于修改〈甲法〉的决定》", [("关于修改〈甲法〉的决定", None)]),
        ("《转发《甲条例》和《乙办法》的通知》（某政发[2019]3号）",
         [("转发《甲条例》和《乙办法》的通知", "某政发[2019]3号")]),
        ("按照国办发〔2012〕46号文要求", [(None, "国办发〔2012〕46号")]),
        ("《甲条例》（国务院令第663号）", [("甲条例", "国务院令第663号")]),
        ("《没有写完的书名", []),
    ])
    def test_cited_documents(self, text, expected):
        found = parse(f"某市方案\n一、{text}办理好。\n", "x").citations
        assert [(c.title, c.number) for _, c in found] == expected

    @pytest.mark.parametrize("text, expected", [
        ("满两年以上", (">=", 2, "年")), ("未满十六周岁", ("<", 16, "周岁")),
        ("不得超过３０日", ("<=", 30, "日")), ("居住半年以上", (">=", 0.5, "年")),
        ("比例达到百分之九十五", (">=", 95, "%")), ("2,000元以下", ("<=", 2000, "元")),
        ("50%", ("=", 50, "%")),
    ])
    def test_numeric_conditions(self, text, expected):
        found = parse(f"某市方案\n一、凡{text}的。\n", "x").conditions
        assert [(c.comparison, c.value, c.unit) for _, c in found] == [expected]

    @pytest.mark.parametrize("text", [
        "统一思想", "一定年限", "第十三个五年规划", "2020年总结", "十八届三中全会", "三权"])
    def test_numerals_inside_words_are_no_conditions(self, text):
        assert parse(f"某市方案\n一、{text}。\n", "x").conditions == []

    def test_dates_in_chinese_numerals(self):
        (_, date), = parse("某市方案\n一、自二〇一六年四月十五日起施行。\n", "x").dates
        assert (date.year, date.month, date.day) == (2016, 4, 15)


class TestRefusals:
    @pytest.mark.parametrize("raw, words", [
        (b"", "空文件"), (b" \n", "空文件"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "图片"), (b"PK\x03\x04docx", "Word"),
        (b"%PDF-1.7", "PDF"),
        ("一、全面放开落户限制，做好登记。".encode("gbk"), "GBK"),
        ("一、全面放开落户限制，做好登记。".encode("utf-16"), "UTF-16"),
        (bytes(range(256)) * 4, "不是纯文本"),
        (b"\x00\x01\x02" * 40, "不是纯文本"),
        (b"no Chinese in here", "几乎没有汉字"),
        ('{"title": "推动非户籍人口在城市落户方案"}'.encode(), "JSON"),
    ], ids=ascii)
    def test_say_in_one_sentence_what_to_do(self, tmp_path, raw, words):
        path = tmp_path / "某文件.txt"
        path.write_bytes(raw)
        with pytest.raises(DocumentError) as refused:
            read_source(path)
        message = str(refused.value)
        assert words in message and "某文件.txt" in message and "请" in message
        assert message.endswith("。") and message.count("。") == 1

    def test_a_large_file_is_refused_before_it_is_read(self, tmp_path):
        path = tmp_path / "大.txt"
        with path.open("wb") as file:
            file.truncate(100 * 1024 * 1024)
        started = time.monotonic()
        with pytest.raises(DocumentError, match="上限 5 MB"):
            read_source(path)
        assert time.monotonic() - started < 0.5

    def test_missing_files_and_folders(self, tmp_path):
        with pytest.raises(DocumentError, match="找不到"):
            read_source(tmp_path / "没有.txt")
        with pytest.raises(DocumentError, match="不是一个文件"):
            read_source(tmp_path)

    def test_a_byte_order_mark_is_no_part_of_the_text(self, tmp_path):
        path = tmp_path / "x.txt"
        path.write_bytes(b"\xef\xbb\xbf" + "某市方案\n一、全面放开落户限制\n".encode())
        assert read_source(path).startswith("某市")


FRAGMENTS = st.sampled_from([
    "一、", "（一）", "(二)", "第三条", "第一章 ", "1.", "（1）", "①", "\n", "\n\n", "　　", "。", "；",
    "《", "》", "（", "）", "(", ")", "市公安局牵头", "满2年以上", "2020年5月1日", "国发〔2014〕25号",
    "— 3 —\n", "**", "# ", "<table>", "</table>", "<td>", "<!--", "-->", "| a |", "责任单位：市局",
    "目录\n", "附件：1.", "政府", "\r\n", "\x0c", "甲", "某市方案\n", "\u200b", "😀", "十百",
])


class TestAnyText:
    @settings(max_examples=300, deadline=None)
    @given(st.lists(FRAGMENTS, max_size=60).map("".join))
    def test_is_taken_apart_without_losing_a_character(self, text):
        document = parse(text, "x")
        assert_tiles(document)
        json.dumps(document.to_json())

    @settings(max_examples=100, deadline=None)
    @given(st.text(max_size=200))
    def test_never_fails(self, text):
        assert_tiles(parse(text, "x"))

    @pytest.mark.parametrize("unit", [
        "《", "（", "<!--", "<table>", "国发〔", "一、总\n", "责任单位：市局", "（市公安局牵头）"])
    def test_takes_time_in_proportion_to_its_length(self, unit):
        def once(length):
            started = time.process_time()
            parse(unit * (length // len(unit)), "x")
            return time.process_time() - started

        def seconds(length):    # the quicker of two: a collection of garbage may fall into one
            return min(once(length), once(length))

        assert seconds(80_000) < 12 * max(seconds(20_000), 0.05)
