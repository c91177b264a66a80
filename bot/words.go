package bot

import "regexp"

// The words by which the rules know a follow-up. Chinese and English stand in
// one expression where one cannot be taken for the other.
var (
	// periods as people type them, windows of reports' dates among them
	periods = regexp.MustCompile(`(?i)20\d\d年?\s?[-–—~至到]\s?(?:20)?\d\d年?[ea]?` +
		`|(?:(?:去年|上年)同期|(?:20)?\d\d年度?|\b20\d\d|今年|去年|前年|明年|后年|上年|本年)(?:的?(?:第?[一二三四1-4]季度|[上下]半年|前三季度|[一三]季报|中报|年报|半年报|\d{1,2}月(?:\d{1,2}[日号])?))?(?:份|末|底|初)?(?:[eah]\b|h[12]\b|q[1-4]\b)?` +
		`|(?:去年|上年)?同期|全年|[上下]半年|第?[一二三四]季度|前三季度|(?:1[0-2]|[1-9])月(?:份|末|底|初|\d{1,2}[日号])?` +
		`|(?:最近|近|过去)[一二两三四五六七八九十半\d]+个?(?:天|日|周|星期|月|年|季度)|上上周|[上本这]周|[上本这]个?月|今天|昨天|前天` +
		`|\b(?:fy ?'?\d{2,4}[ea]?|\d\d(?:q[1-4]|h[12])[ea]?|[1-4]q'?\d{2,4}[ea]?|[12]h'?\d{2,4}[ea]?|q[1-4](?: (?:of )?(?:fy ?)?\d{2,4})?|h[12](?: (?:of )?(?:fy ?)?\d{2,4})?|20\d\d[ea]|\d\d[ea]` +
		`|(?:this|last|next) (?:year|quarter|week|month)|(?:first|second|third|fourth) (?:quarter|half)(?: of (?:20\d\d|fy ?\d\d))?)\b`)
	amount = regexp.MustCompile(`^\s?[万亿元点台个家%]`)

	// metrics are what is asked of a company
	metrics = regexp.MustCompile(`(?i)(?:(?:归母|扣非|调整后|营业|经营|海外)*(?:净利润|净利|利润|收入|营收|现金流净额|现金流)|毛利率|净利率|(?:研发|销售|管理)?费用率|研发费用|\beps\b|每股收益|市盈率|市净率|\bp[eb]\b|\broe\b|市值|股价|目标价|评级|出货量|销量|装机量|产能利用率|产能|在手订单|订单|市占率|市场份额|份额|占比|增速|应收账款|存货|资本开支|分红率?|股息|派息|上架率|\bpue\b|估值|投资额|研发投入|总股本|风险(?:提示|因素)?|催化剂|投资要点|核心观点|要点|观点|看法|投资逻辑|逻辑|盈利预测|前景|客户(?:集中度)?|供应商|股东|管理层|员工|竞争对手|竞争优势|优势|护城河|主营业务|商业模式|产品线|战略|业绩|负债率|成本|商誉|回购|股权激励|同比|环比)(?:的?(?:同比|环比)?(?:增速|增长率|占比|预测))?` +
		`|\b(?:(?:adjusted|net|gross|operating|total|free) )*(?:revenues?|sales|profits?|income|margins?|cash flow)(?: growth)?\b|\bearnings per share\b|\bp/e\b|\b(?:price target|target price|ratings?|valuation|market cap|capex|dividends?|(?:upside |downside )?risks?|catalysts?|shipments?|upside|downside|capacity|market share|key takeaways|forecasts?|estimates?)\b`)
	// modifier says how another metric is looked at
	modifier = regexp.MustCompile(`^(?:同比|环比|增速|增长率|占比)(?:增速|增长率)?$`)
	modified = regexp.MustCompile(`的?(?:同比|环比|增速|增长率|占比)+$`)
	// moves are done to a metric and no other thing to ask for
	moves = regexp.MustCompile(`被|下降|上升|增长|下滑|提升|改善|恶化|受益|[上下]调|调[高低]|维持|不变|提高|降低`)
	// segment is a part of a company, not one of its own
	segment = regexp.MustCompile(`(?:业务|产品|板块|部门|市场|地区|收入|软件|硬件|海外|国内|主要|最大|第.大)$`)
	ofWhat  = regexp.MustCompile(`^(.{2,})的(.+)$`)
	// about is the subject of a question on no company
	about = regexp.MustCompile(`(?:看待?|关于|讲|提到|涉及)(.{2,12}?)(?:行业|板块|领域)?(?:的|吗|呢|$|[？?])`)
	// aReport is what is spoken of before somebody asks what it says
	aReport  = regexp.MustCompile(`^(?:请|帮我|给我|查一下|看一下|找一?下|列出)*(.*(?:研报|报告|纪要|点评))`)
	whatSays = regexp.MustCompile(`^(?:里面|主要|都|具体)*(?:讲|说|写)了?些?(?:什么|啥)(?:内容)?[？?。\s]*$`)
	// untimed are those that hold now, whatever year was spoken of
	untimed = regexp.MustCompile(`(?i)目标价|评级|风险|催化剂|要点|观点|看法|逻辑|估值|市值|股价|客户|供应商|股东|管理层|竞争|优势|护城河|商业模式|产品线|战略|回购|股权激励|price target|target price|rating|valuation|market cap|risk|catalyst|takeaway`)
	// byHouse are those that a house gives
	byHouse = regexp.MustCompile(`(?i)目标价|评级|盈利预测|price target|target price|rating|forecast|estimate`)
	aView   = regexp.MustCompile(`观点|看法`)
	isList  = regexp.MustCompile(`(?i)风险|催化剂|客户|产品|业务|股东$|risks|catalysts|takeaways|forecasts|estimates`)
	aPerson = regexp.MustCompile(`总经理|董事长|总裁|创始人|控股股东|实控人|实际控制人|分析师|董秘`)

	// siblings are words of which one takes another's place
	siblings = [][]string{{"最新", "上次", "前次", "首次"}, {"上调", "下调", "维持"}, {"调高", "调低"}, {"最高", "最低"}, {"买入", "增持", "中性", "减持", "卖出"}, {"看多", "看空"}, {"利好", "利空"},
		{"优势", "劣势"}, {"upgraded", "downgraded"}, {"raised", "cut"}, {"highest", "lowest"}, {"overweight", "underweight", "equal-weight"}, {"bull case", "bear case"}}

	// between Han characters and digits or letters a blank is typography
	loose = regexp.MustCompile(`(\p{Han}) +([\p{Han}A-Za-z0-9])|([A-Za-z0-9]) +(\p{Han})`)

	joint = regexp.MustCompile(`^\s?(?:和|与|及|以及|、|,|，|and|or|&)\s?$`)
	marks = regexp.MustCompile(`[\s\pP\pS]+`)

	fillers = regexp.MustCompile(`(?i)请问|麻烦|是谁$|没有|没|过|对应|当时|主要|最大|第一大|核心|帮我|查一下|看一下|告诉我|那么|那|呢|吗|啊|吧|呀|的|了|是|有|为|多少(?:钱|倍|亿元?|元|个|家|台)?|什么|哪些|哪个|几|怎么样|怎样|如何|分别|各自|各|最新|目前|现在|当前|大概|大约|具体|预测|预计|预期|给出|给予|给|对|在|到|会|将|能|和|与|及|还|也|又|都|达到|达|` +
		`\b(?:and|what|about|how|much|many|is|are|was|were|will|be|the|a|an|of|in|for|on|by|to|at|does|do|did|has|have|please|then|also|so|but|which|that|this|those|these|latest|current|expected|s|there|any)\b`)

	// needless is what stands around a metric that is only named
	needless = regexp.MustCompile(`(?i)^(?:(?:'s|’s|the|its|a|an|about|any)\b ?)+|(?: (?:in|of|for|at|on|by|from|to|that|this))+$|^(?:对|给|在)`)

	// leads are what begins a follow-up, tails what ends it
	leads  = regexp.MustCompile(`(?i)^(?:(?:那么|那|还有|另外|此外|以及|顺便问一?下|然后|换成|改成|[只仅单]看|同样)[，,：:\s]*|(?:and|also|then|so|but)(?:,| )\s*(?:(?:what|how) about )?|(?:what|how) about |(?:the )?same (?:question )?(?:for|with|of) )`)
	tail   = regexp.MustCompile(`(?:的话)?呢[？?。！!~\s]*$`)
	ending = regexp.MustCompile(`[？?。！!.~\s]+$`)

	asksZh = regexp.MustCompile(`有没有|是不是|会不会|能不能|多少|什么|哪|几|谁|怎|如何|吗|何时|是否|为何|为啥`)
	asksEn = regexp.MustCompile(`(?i)^(?:what|which|who|whose|how|is|are|was|were|does|do|did|has|have|will|can|could|when|why|where)\b`)
	// of a word, or of the world at large: no company is meant
	definition = regexp.MustCompile(`(?i)什么是|什么叫|什么意思|定义|含义|\bmeans?\b|definition|^what is an? `)
	wide       = regexp.MustCompile(`(?i)国内|全国|全球|行业|市场|板块|中国|美国|欧洲|[省市](?:的|内)?|industry|global|worldwide|sector|market\b`)

	smallTalk = regexp.MustCompile(`(?i)^(?:(?:谢谢(?:你|您|啦|了)?|多谢|感谢|辛苦了|你好|您好|大家好|早上好|早|好的?|行|嗯+|哦+|收到|明白了?|知道了|了解了?|没事了?|再见|ok(?:ay)?|thanks?(?: you)?(?: (?:a lot|so much|very much))?|thx|hi|hello|hey|good (?:morning|afternoon|evening)|got it|great|nice|cool|bye|i see)(?:$|[，,。.！!~、\s]+))+`)

	whyAlone = regexp.MustCompile(`(?i)^(?:这是|那|这)?(?:(?:为什么|为何|为啥)(?:会|要|被)*(?:下降|上升|增长|下滑|提升|改善|恶化|[上下]调|调[高低])?了?|什么原因|原因(?:是什么|呢|何在)?|理由(?:是什么|呢)?|怎么会|why(?: is that| so)?|how come|what is the reason|for what reason)(?:呢|啊)?[？?！!。.\s]*$`)
	isWhy    = regexp.MustCompile(`(?i)为什么|为何|为啥|原因|\bwhy\b|\breason\b`)
	more     = regexp.MustCompile(`(?i)^(?:还有(?:呢|吗|没有|什么|其他的?吗?|别的吗?|哪些|更多吗?)+|其他的?呢|别的呢|继续|更多|anything else|what else|any others?|more|go on|(?:and )?the others?)[？?！!。.\s]*$`)
	detail   = regexp.MustCompile(`(?i)^(?:能|可以|请|再)*(?:否)?(?:详细|具体|展开|仔细)(?:一?点|地)?(?:说|讲|介绍|解释|说明)?(?:说|讲|一下|下)?(?:吗|呢|吧)?[？?。！!\s]*$|^(?:please )?(?:tell me more|more details?|elaborate|explain(?: it| that)?|in (?:more )?detail)(?: please)?[.?!\s]*$`)
	viewZh   = regexp.MustCompile(`^(.{0,12}?)(?:是?怎么看待?的?|是?怎么说的?|如何看待?|怎么想|(?:是)?什么(?:看法|观点|态度)|的?(?:看法|观点)(?:是什么|如何|怎么样)?)呢?[？?。\s]*$`)
	viewEn   = regexp.MustCompile(`(?i)^(?:what (?:does|do|did) (.{2,40}?) (?:think|say)|(.{2,40}?)(?:'s|’s) (?:view|opinion)s?)[?.\s]*$`)

	capital = regexp.MustCompile(`\b[A-Z][a-z]+[A-Za-z]*(?: [A-Z][a-z]+[A-Za-z]*)*`)
	// capitals that are no names of companies
	noName = regexp.MustCompile(`(?i)^(?:what|which|who|whose|how|is|are|was|were|does|do|did|has|have|will|can|could|when|why|where|and|also|but|so|then|besides|according|in|the|buy|sell|hold|neutral|overweight|underweight|equal|outperform|underperform|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|december|chin\w+|europe\w*|americ\w+|asia\w*|hong kong|taiwan\w*|japan\w*|please|ok|hello|thanks)\b`)

	// brokers are houses whose views are asked for whether we have their reports
	// or not; before most other words they are a part of another name
	brokers  = regexp.MustCompile(`(?:兴业|中信建投|中信|国泰君安|国泰海通|海通|华泰|中金|招商|广发|申万宏源|申万|浙商|东吴|国金|民生|光大|国投|安信|长江|方正|东方|国信|平安|天风|开源|华西|华创|西部|东北|财通|德邦|中泰|信达|银河|东兴|西南|国盛|国海|华鑫|中银|中航|东海|高盛|摩根士丹利|大摩|摩根大通|小摩|瑞银|花旗|美银|野村|汇丰|里昂|麦格理|杰富瑞|伯恩斯坦|巴克莱|德银|瑞信)(?:证券|研究|国际)?`)
	asBroker = regexp.MustCompile(`^(?:$|\P{Han}|的|给|对|怎|如何|是|有|呢|预|认|观|看|什么|也|和|与|上调|下调|维持)`)
	// ofBroker follows the name of a house that is asked about as a company
	ofBroker = regexp.MustCompile(`(?i)^(?:的|20\d\d年?|今年|去年|前三季度|[上下]半年|第?[一二三四]季度|归母|扣非)*(?:净利|营收|营业收入|收入|业绩|股价|市值|roe|分红|经纪|投行|自营|eps|pe|pb|年报|中报|季报)`)
	people   = regexp.MustCompile(`^(?:市场|大家|机构|券商|卖方|分析师们?)$`)
	// a message that names somebody so names its own subject
	orgs = regexp.MustCompile(`\p{Han}(?:公司|集团|股份|学院|大学|银行|政府|协会)`)

	// pronouns for companies, and those that may mean a house as well
	pronounZh = regexp.MustCompile(`它们?|他们|她们|该(?:公司|股票|股|标的|企业|集团|行|院|校)|(?:这|那|上述)[家只个支]?(?:公司|股票|企业|标的|个股)|其|^(?:公司|集团|银行|学院)|[，,]公司`)
	houseZh   = regexp.MustCompile(`他们|她们|(?:该|这家|那家)(?:机构|券商|研究所)`)
	subjectOf = regexp.MustCompile(`^(?:请问)?([\p{Han}A-Za-z0-9]{2,12}?)的`)
	// orgName is an organisation that no list knows, by its form
	orgName = regexp.MustCompile(`^(?:请问|根据|结合|关于)?(\p{Han}{2,14}(?:公司|集团|学院|大学|银行|研究院))`)
	// behind or before 其 and 公司 these make other words
	noneAfter  = regexp.MustCompile(`^[他它中次实余间乐]`)
	noneBefore = regexp.MustCompile(`[尤极何及与有莫]$`)
	ofCompany  = regexp.MustCompile(`^(?:的|有|在|是|怎|为|什|何|20|今|去|未|会|能|目前|现在|最|上|下|第|管)`)
	pronounEn  = regexp.MustCompile(`\b(?:[Ii]ts?|[Tt]hey|[Tt]heir|[Tt]hem|[Tt]he (?:company|stock|shares|firm)(?:'s)?)\b`)
	// it that stands for nothing
	expletive = regexp.MustCompile(`(?i)\bis it (?:true|possible|likely|clear|fair|safe)\b|\bit (?:is|was|seems) .*\bthat\b|\bit takes\b`)
	theyDo    = regexp.MustCompile(`(?i)\b(?:downgrad|upgrad|think|say|rate|initiat|start|cut|rais|expect|forecast|give|assign|recommend|cover|value)`)
	theyDoZh  = regexp.MustCompile(`^(?:怎么看|怎么说|如何看|认为|觉得|给|预测|预计|预期|上调|下调|维持|为什么[上下]调|为何[上下]调|的(?:观点|看法|目标价|评级|预测|报告|研报))`)

	aTime = regexp.MustCompile(`^(?:当时|现在|目前|当前|最新)`)
	// bareAsk is a word of asking and nothing else
	bareAsk = regexp.MustCompile(`(?i)^(?:(?:在|是)?(什么时候|何时|哪里|谁|多少)|(when|where|who|how|how much|by how much))[？?\s]*$`)
	whoever = regexp.MustCompile(`哪些?(?:公司|股票|标的|家)|谁`)
	isItSo  = regexp.MustCompile(`(?:吗|么)[？?。\s]*$`)

	// what ends a Chinese question of fact
	factTail  = regexp.MustCompile(`(?:分别|各自|各|大概|还)?(?:是|为|有|达|达到|在)?(?:多少(?:钱|亿|元|倍|周|台)?|什么|哪些|谁|几何|怎么样|如何|多高|多大)(?:呢)?[？?。\s]*$`)
	verbEn    = regexp.MustCompile(`^(?:Did|Does|Do|Is|Are|Was|Were|Has|Have|Will|Can|Could|Would)\b`)
	givesOnly = regexp.MustCompile(`给(?:出|予)?的`)
	partOnly  = regexp.MustCompile(`^(?:[上下]半年|第?[一二三四]季度|前三季度|[一三]季报|中报)`)
	yearFirst = regexp.MustCompile(`^(?:(?:20)?\d\d年|今年|去年|明年)`)
	bareYear  = regexp.MustCompile(`^20\d\d$`)
	firstWord = regexp.MustCompile(`^(?:What|Which|Who|Whose|How|Is|Are|Was|Were|Does|Do|Did|Has|Have|Will|Can|Could|When|Why|Where|Besides)\b`)
)

// pairs are names of metrics in both languages, the first that fits counts.
var pairs = []struct{ zh, en *regexp.Regexp }{
	pair(`营业收入|营收|收入`, `revenue|sales`), pair(`净利润|净利`, `net profit|net income`), pair(`毛利率`, `gross margin`),
	pair(`目标价`, `target price|price target`), pair(`评级`, `rating`), pair(`每股收益|EPS`, `EPS`), pair(`风险`, `risks`), pair(`估值`, `valuation`),
	pair(`市值`, `market cap`), pair(`出货量`, `shipments`), pair(`市占率|市场份额`, `market share`), pair(`股息|派息|分红`, `dividend`),
}

func pair(zh, en string) struct{ zh, en *regexp.Regexp } {
	return struct{ zh, en *regexp.Regexp }{regexp.MustCompile(`(?i)` + zh), regexp.MustCompile(`(?i)` + en)}
}
