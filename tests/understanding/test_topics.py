"""Every topic answers questions that nobody trained it on, and is honest about what is not in it."""
from __future__ import annotations

import pytest

from policy_kb.entries import TOPICS
from tests.conversation.tester import Conversation
from tests.understanding.looks import answered, clauses

pytestmark = pytest.mark.slow

ANSWERED = {
    "ask_settlement": [
        ("我是种地的，在振兴区干了三年活，手里有居住证，户口能进城不", 4), ("念技校出来的可以把户口落过来吗", 4),
        ("当兵复员回来，想把户口挂到城里表哥家行吗", 4),
    ],
    "ask_residence_permit": [
        ("办了居住证之后我能享受到哪些公共服务", 14), ("县里给有居住证的人提供的服务会不会再多一些", 14),
    ],
    "ask_pension": [
        ("五十五岁落户，在村里交的养老钱能不能一起转过来", 12), ("老太太落户时已经六十二了，养老金由哪边发", 12),
    ],
    "ask_medical": [
        ("原来在村里交的合作医疗，进城之后怎么接上", 11), ("没有工作单位的落户农民去哪参加医保", 11),
    ],
    "ask_housing": [
        ("刚参加工作的大学生住不起房，公租房管不管", 10), ("开小卖店的个体老板能缴住房公积金吗", 10),
    ],
    "ask_schooling": [
        ("爹妈在这打工有居住证，娃能就近念小学吗", 13), ("外来务工人员的孩子可以在这里参加中考吗", 13),
    ],
    "ask_land": [
        ("村里说不把地交回去就不给开落户证明，这对吗", 9), ("进城以后承包地可以有偿转给本村的农户吗", 9),
    ],
    "ask_welfare": [
        ("户口迁进城的农民家里困难，能不能吃城里的低保", 12), ("农民落户后低保待遇和城里人是不是一个标准", 12),
    ],
    "ask_plan": [
        ("到2020年全市户籍人口城镇化率定的是多少", 3), ("各县区落户工作谁来做跟踪审计", 17),
    ],
}
SILENT = [
    "落户都需要准备什么证件", "派出所办户口的窗口几点开门", "养老金明年涨几个点", "住院的医药费能报几成",
    "公积金每个月按工资的百分之几交", "我家这片归哪个小学", "征我家地一亩给多少钱", "低保一个月给发多少",
    "居住证丢了去哪补", "公租房一个月租金多钱", "买房能不能把户口迁进来", "给新出生的娃上户口要啥",
]


def test_every_topic_but_procedure_is_asked_about() -> None:
    assert set(ANSWERED) == set(TOPICS) - {"ask_procedure"}
    assert all(len(rows) >= 2 for rows in ANSWERED.values())


@pytest.mark.parametrize(("text", "clause"), [row for rows in ANSWERED.values() for row in rows])
def test_a_question_gets_the_clause_that_answers_it(
        citizen: Conversation, text: str, clause: int) -> None:
    citizen.says(text)
    assert clause in clauses(citizen), citizen.texts


@pytest.mark.parametrize("text", SILENT)
def test_a_question_that_the_document_does_not_answer_is_said_to_be_one(
        citizen: Conversation, text: str) -> None:
    citizen.says(text)
    assert citizen.types() == ["not_regulated"], citizen.texts
    assert "本文件未规定" in citizen.texts[0]
    assert answered(citizen)[0].startswith("N-")
