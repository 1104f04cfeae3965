"""Words for the person who speaks and for those around them, as parts of patterns."""

SELF = r"我|俺|咱|本人|自己"
OTHERS = (r"老伴|爱人|媳妇|老婆|老公|丈夫|妻子|对象|老头|老太|老爷子|爸|妈|爹|娘|父亲?|母亲?|公公|婆婆|岳"
          r"|他|她|孩子|儿子|女儿|闺女|姑娘|孙|哥|姐|弟|妹")
