package security

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/unicode/norm"
)

// maxList bounds a list of securities; all the world's, with aliases, are
// about a tenth of it.
const maxList = 64 << 20

// columns maps what a header may call a column to what we call it.
var columns = map[string]string{
	"code": "code", "ticker": "code", "symbol": "code", "代码": "code", "证券代码": "code", "股票代码": "code",
	"name": "name", "名称": "name", "简称": "name", "证券简称": "name", "股票简称": "name", "证券名称": "name", "股票名称": "name",
	"aliases": "aliases", "alias": "aliases", "别名": "aliases", "曾用名": "aliases",
	"market": "market", "exchange": "market", "市场": "market", "交易所": "market",
	"strict": "strict", "常用词": "strict",
}

// exchanges maps what a list may call a market to the suffix of our codes.
var exchanges = map[string]string{
	"上海": "SH", "上交所": "SH", "沪": "SH", "沪市": "SH", "SSE": "SH",
	"深圳": "SZ", "深交所": "SZ", "深": "SZ", "深市": "SZ", "SZSE": "SZ",
	"北京": "BJ", "北交所": "BJ", "BSE": "BJ",
	"香港": "HK", "港股": "HK", "港交所": "HK", "HKEX": "HK", "SEHK": "HK",
	"美国": "US", "美股": "US", "NYSE": "US", "NASDAQ": "US",
	"日本": "T", "TSE": "T", "台湾": "TW", "TWSE": "TW", "韩国": "KS", "KRX": "KS",
}

// ReadCSV reads a list of securities. The first row names the columns, in any
// order: code and name (代码, 名称), and if there are such aliases (别名,
// parted by |), market (市场) and strict (常用词: yes for a name that is also
// a common word). Other columns are passed over. UTF-8, with or without a
// byte order mark, and GB18030 are read. Codes come back canonical; one
// without its exchange takes that of the market column. A row that cannot be
// read is an error that names its line.
func ReadCSV(r io.Reader) ([]Listed, error) {
	text, err := decode(r)
	if err != nil {
		return nil, err
	}
	rows := csv.NewReader(strings.NewReader(text))
	rows.FieldsPerRecord = -1 // counted here, to say more than that it is wrong
	rows.TrimLeadingSpace = true
	head, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("line 1: the list is empty; its first row must name the columns")
	} else if err != nil {
		return nil, oneLine(err)
	}
	at, err := header(head)
	if err != nil {
		return nil, err
	}
	var out []Listed
	seen := map[string]int{}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		} else if err != nil {
			return nil, oneLine(err)
		}
		line, _ := rows.FieldPos(0)
		if strings.TrimSpace(strings.Join(row, "")) == "" {
			continue
		}
		if len(row) != len(head) {
			return nil, fmt.Errorf("line %d: has %d fields, the header has %d", line, len(row), len(head))
		}
		l, err := listed(row, at)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if first, ok := seen[l.Code]; ok {
			return nil, fmt.Errorf("line %d: %s stands in line %d already", line, l.Code, first)
		}
		seen[l.Code] = line
		out = append(out, l)
	}
}

// decode reads all of r as text.
func decode(r io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxList+1))
	switch {
	case err != nil:
		return "", err
	case len(b) > maxList:
		return "", fmt.Errorf("is larger than %d MiB", maxList>>20)
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return "", errors.New("line 1: is UTF-16; save it as CSV in UTF-8")
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(b) {
		if b, err = simplifiedchinese.GB18030.NewDecoder().Bytes(b); err != nil || bytes.ContainsRune(b, utf8.RuneError) {
			return "", errors.New("line 1: is neither UTF-8 nor GB18030")
		}
	}
	return string(b), nil
}

// header returns the place of each column in the rows.
func header(row []string) (map[string]int, error) {
	at := map[string]int{}
	for i, cell := range row {
		c, ok := columns[strings.ToLower(clean(cell))]
		if !ok {
			continue
		}
		if _, twice := at[c]; twice {
			return nil, fmt.Errorf("line 1: there are two columns for the %s", c)
		}
		at[c] = i
	}
	for _, c := range []string{"code", "name"} {
		if _, ok := at[c]; !ok {
			return nil, fmt.Errorf("line 1: there is no column for the %s; the first row must name code and name (代码, 名称)", c)
		}
	}
	return at, nil
}

// listed reads one row.
func listed(row []string, at map[string]int) (Listed, error) {
	cell := func(column string) string {
		i, ok := at[column]
		if !ok {
			return ""
		}
		return clean(row[i])
	}
	l := Listed{Name: cell("name")}
	var err error
	if l.Code, l.Market, err = codeOf(cell("code"), cell("market")); err != nil {
		return l, err
	}
	if utf8.RuneCountInString(Name(l.Name)) < 2 {
		return l, fmt.Errorf("%s needs a name of two characters or more, not %q", l.Code, brief(l.Name))
	}
	for alias := range strings.SplitSeq(cell("aliases"), "|") {
		if alias = strings.TrimSpace(alias); alias == "" {
			continue
		}
		if utf8.RuneCountInString(Name(alias)) < 2 {
			return l, fmt.Errorf("an alias of %s has fewer than two characters: %q", l.Code, brief(alias))
		}
		l.Aliases = append(l.Aliases, alias)
	}
	switch strings.ToLower(cell("strict")) {
	case "", "0", "no", "false", "否":
	case "1", "yes", "true", "是":
		l.Strict = true
	default:
		return l, fmt.Errorf("strict must be yes or no, not %q", brief(cell("strict")))
	}
	return l, nil
}

// codeOf makes a row's code canonical, with the help of its market.
func codeOf(code, market string) (canonical, suffix string, err error) {
	if code == "" {
		return "", "", errors.New("there is no code")
	}
	market = strings.ToUpper(market)
	want := markets[market]
	if m, ok := exchanges[market]; ok {
		want = m
	}
	canonical, ok := Canonical(code)
	if !ok && want != "" || ok && digits6.MatchString(code) && want != "" {
		canonical, ok = Canonical(code + "." + want) // the market knows better than the first digit
	}
	if !ok {
		return "", "", fmt.Errorf("%q is no code; write it like 600519.SH, 00700.HK or NVDA.US", brief(code))
	}
	_, suffix, _ = strings.Cut(canonical, ".")
	if want != "" && want != suffix {
		return "", "", fmt.Errorf("code %s is not of market %s", canonical, brief(market))
	}
	return canonical, suffix, nil
}

// clean is a cell without what spreadsheets and input methods leave in it.
func clean(cell string) string { return strings.TrimSpace(norm.NFKC.String(cell)) }

// brief is a value short enough for an error of one line.
func brief(s string) string {
	if r := []rune(s); len(r) > 24 {
		return string(r[:24]) + "…"
	}
	return s
}

// oneLine says what the CSV reader found wrong, in the form of our own errors.
func oneLine(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return fmt.Errorf("line %d: %w", p.Line, p.Err)
	}
	return err
}
