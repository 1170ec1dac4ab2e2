"""Words of the trade that the general dictionary lacks or cuts apart, and words that say nothing.

Changing either list changes what is indexed: raise TOKENIZER_VERSION (tokens.py) and reindex.
"""

_OWN = (
    "专精特新 小巨人 首台套 首版次 灯塔工厂 智能工厂 无人工厂 数字工厂 黑灯工厂 智改数转 "
    "端到端 数字孪生 数字化转型 工业互联网 工业机器人 协作机器人 移动机器人 机器视觉 "
    "视觉检测 缺陷检测 边缘计算 数据中台 业务中台 低代码 大模型 知识图谱 时序数据库 "
    "立库 立体库 立体仓库 高架库 线边库 线边仓 料箱 货到人 四向车 穿梭车 无人叉车 堆垛机 "
    "提升机 拣选 码垛 拆垛 上下料 下料 点胶 点焊 弧焊 焊缝 喷涂 打磨 去毛刺 变位机 "
    "换产 换型 换线 排产 排程 报工 派工 在制品 工单 工序 节拍 产能 稼动率 开动率 直通率 "
    "良率 漏检率 误检率 误判率 国产化 国产化率 国产替代 等保 信创 数采 点位 测点 组态 "
    "上位机 下位机 工控 数控 数控机床 加工中心 刀具 夹具 治具 工装 模具 总装 涂装 冲压 "
    "电堆 双极板 膜电极 储氢 燃料电池 锂电 极片 卷绕 叠片 化成 分容 晶圆 封测 光刻 "
    "预测性维护 点检 巡检 备件 稼动 能耗 碳足迹 碳排放 碳资产 双碳 峰谷 余热 空压机 "
    "质量追溯 一物一码 防错 防呆 全生命周期 供应链 协同制造 柔性产线 柔性制造 精益 "
    "降本增效 提质增效 交付期 交期 质保 驻场 运维 试运行 验收 中试 工艺包"
)
OWN_WORDS: tuple[str, ...] = tuple(_OWN.split())

_STOP = (
    "的 了 和 与 及 或 在 是 为 对 等 将 以 从 到 把 被 也 都 就 而 并 但 使 让 由 于 其 该 "
    "此 这 那 之 所 有 无 不 可 能 会 要 我 你 他 她 它 们 请 吗 呢 吧 啊 么 个 各 每 某 "
    "我们 你们 他们 它们 以及 并且 而且 或者 或是 因为 所以 由于 如果 但是 因此 从而 其中 "
    "对于 关于 通过 根据 按照 为了 同时 此外 另外 这个 那个 这些 那些 一个 一种 一些 什么 "
    "如何 怎么 怎样 是否 可以 能够 需要 希望 我司 贵司 本公司 我公司 "
    "a an and are as at be by for from in is of on or that the this to was we with"
)
STOP_WORDS: frozenset[str] = frozenset(_STOP.split())
