//! How deeply SQL text is nested, found without recursion and in one pass, before anything that recurses sees it.

/// How deep a text may be: brackets, CASEs and operators that lie within each other. PostgreSQL 15 as it is delivered
/// (`max_stack_depth` 2 MB) takes 4,000 operators in a row and refuses 6,000; its grammar ends at 10,000 brackets.
/// SQLite ends at 1,000 levels of an expression and MariaDB 10.11 at fewer than 1,000 additions, each with a message
/// of its own. Reading one level takes less than 10 kB of the stack in a debug build.
pub const DEEPEST: usize = 6_000;

/// What is told of text that is too deep, and what to do about it.
pub const TOO_DEEP: (&str, &str) = (
    "this is nested too deeply: more than 6,000 brackets or operators lie within each other here",
    "write it flatter: long conditions as `x IN (…)`, the rest as a function or a view, or in several of them",
);

/// The place of the first token with which a text is deeper than [`DEEPEST`]. The tokens come with their places in
/// bytes; strings, names in quotes and comments may be among them or left out.
pub fn too_deep<'a>(tokens: impl IntoIterator<Item = (usize, &'a str)>) -> Option<usize> {
    let mut nesting = Nesting::default();
    let mut tokens = tokens.into_iter();
    tokens.find(|(at, token)| nesting.depth_with(*at, token) > DEEPEST).map(|(at, _)| at)
}

/// How many pairs of parentheses enclose all of these tokens. A pair with nothing in it is none.
pub fn enclosing<'a>(tokens: impl ExactSizeIterator<Item = &'a str>) -> usize {
    let length = tokens.len();
    let mut open = Vec::new();
    let mut enclosing = 0;
    let mut tokens = tokens.enumerate().peekable();
    if tokens.peek().is_none_or(|(_, first)| *first != "(") {
        return 0;
    }
    for (at, token) in tokens {
        match token {
            "(" => open.push(at),
            // Pairs that mirror each other end in a row, the outermost last.
            ")" => match open.pop() {
                Some(from) if from + at + 1 == length && at - from > 1 => enclosing += 1,
                _ => enclosing = 0,
            },
            _ => enclosing = 0,
        }
    }
    if open.is_empty() { enclosing } else { 0 }
}

/// Words that are operators, or that nest like them, in some dialect.
const OPERATORS: &[&str] = &[
    "between", "collate", "div", "ilike", "in", "is", "isnull", "like", "mod", "notnull", "operator", "regexp",
    "rlike", "similar", "xor",
];

/// Words that bind no tighter than AND and OR.
const JOINING: &[&str] = &["and", "except", "explain", "intersect", "join", "not", "or", "union"];

/// What one open bracket or CASE holds so far.
#[derive(Default)]
struct Level {
    is_case: bool,
    /// Words of [`JOINING`] since the last comma.
    joined: usize,
    /// Operators and brackets since the last AND, OR or comma.
    operators: usize,
    /// The deepest bracket since then.
    operand: usize,
    /// The deepest of what stands before that AND or OR.
    beside: usize,
    /// The deepest of what stands before the last comma.
    before: usize,
}

impl Level {
    fn term(&self) -> usize {
        self.beside.max(self.operand + self.operators)
    }

    fn depth(&self) -> usize {
        self.before.max(self.joined + self.term())
    }

    /// What comes next lies beside what came, below one AND or OR more.
    fn join(&mut self) {
        *self = Level { beside: self.term(), operators: 0, operand: 0, ..*self };
    }

    /// What comes next lies beside what came, not within it.
    fn part(&mut self) {
        *self = Level { is_case: self.is_case, before: self.depth(), ..Level::default() };
    }
}

/// The depth of a text whose tokens are told one after another. It is an upper bound: a chain of operators counts as
/// if each lay within the next, as it does in the tree of `a + b + c`.
#[derive(Default)]
struct Nesting {
    outer: Vec<Level>,
    /// What `outer` adds up to.
    above: usize,
    here: Level,
    /// Where an operator ended that the next character may belong to.
    operator_end: Option<usize>,
}

impl Nesting {
    /// How deep the text is with the next token, which stands at this byte offset.
    fn depth_with(&mut self, at: usize, token: &str) -> usize {
        let joins = self.operator_end.take() == Some(at);
        match token {
            "(" | "[" | "{" => self.open(false),
            ")" | "]" | "}" => self.close(),
            "," => self.here.part(),
            // A CASE that is open now was a name.
            ";" if self.outer.iter().skip(1).chain([&self.here]).all(|it| it.is_case) => *self = Nesting::default(),
            ";" => self.here.part(),
            _ if token.eq_ignore_ascii_case("case") => self.open(true),
            _ if token.eq_ignore_ascii_case("end") => {
                if self.here.is_case {
                    self.pop();
                }
            }
            _ if is_symbol(token) => {
                // `||`, `::` and `>=` may come in pieces; `- -` are two.
                self.here.operators += usize::from(!joins || token.starts_with(['+', '-', '~', '!', '@']));
                self.operator_end = Some(at + token.len());
            }
            _ if is_one_of(token, JOINING) => {
                self.here.joined += 1;
                if is_one_of(token, &["and", "or"]) {
                    self.here.join();
                }
            }
            _ => self.here.operators += usize::from(is_one_of(token, OPERATORS)),
        }
        self.above + self.here.depth()
    }

    fn open(&mut self, is_case: bool) {
        self.here.operators += 1;
        self.above += self.here.joined + self.here.operators;
        self.outer.push(std::mem::replace(&mut self.here, Level { is_case, ..Level::default() }));
    }

    /// A bracket closes every CASE that was left open in it; those were names.
    fn close(&mut self) {
        while self.here.is_case {
            self.pop();
        }
        self.pop();
    }

    fn pop(&mut self) {
        let Some(outer) = self.outer.pop() else { return };
        let inner = std::mem::replace(&mut self.here, outer).depth();
        self.above -= self.here.joined + self.here.operators;
        self.here.operand = self.here.operand.max(inner);
    }
}

fn is_one_of(token: &str, words: &[&str]) -> bool {
    words.iter().any(|it| token.eq_ignore_ascii_case(it))
}

fn is_symbol(token: &str) -> bool {
    !token.starts_with("--")
        && !token.starts_with("/*")
        && token.starts_with(['+', '-', '*', '/', '%', '^', '~', '!', '@', '#', '&', '|', ':', '<', '>', '=', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The depth that a text of tokens between spaces reaches.
    fn depth(text: &str) -> usize {
        let mut nesting = Nesting::default();
        let mut at = 0;
        let mut deepest = 0;
        for token in text.split(' ') {
            deepest = deepest.max(nesting.depth_with(at, token));
            at += token.len() + 1;
        }
        deepest
    }

    #[test]
    fn what_lies_within_each_other_adds_up_and_what_lies_beside_does_not() {
        assert_eq!(depth("( ( 1 ) )"), 2);
        assert_eq!(depth("a + b + c + d"), 3);
        assert_eq!(depth("f ( a + b , c + d , e + f )"), 2);
        assert_eq!(depth("( ( ( a ) + b ) + c )"), 5);
        assert_eq!(depth("NOT not ( a ) or ( b )"), 4);
        assert_eq!(depth("( a = 1 ) or ( b = 2 + 3 ) and c = 4"), 5);
        assert_eq!(depth("a [ 1 ] [ 1 ] [ 1 ]"), 3);
        assert_eq!(depth("CASE WHEN a THEN CASE WHEN b THEN 1 END END + 1"), 3);
        assert_eq!(depth("a + b ; c + d ; t . case ; ( ( x"), 2);
    }

    #[test]
    fn an_operator_in_pieces_is_one_and_a_comment_none() {
        let mut nesting = Nesting::default();
        let tokens = [(0, "|"), (1, "|"), (3, ":"), (4, ":"), (6, "-- a + b"), (20, "'+'"), (30, "-"), (31, "-")];
        let depths: Vec<usize> = tokens.iter().map(|(at, token)| nesting.depth_with(*at, token)).collect();
        assert_eq!(depths, [1, 1, 2, 2, 2, 2, 3, 4]);
    }

    #[test]
    fn only_parentheses_that_enclose_everything_are_counted() {
        let count = |text: &str| {
            enclosing(
                text.chars()
                    .map(|it| {
                        if it == '(' {
                            "("
                        } else if it == ')' {
                            ")"
                        } else {
                            "x"
                        }
                    })
                    .collect::<Vec<_>>()
                    .into_iter(),
            )
        };
        let texts =
            ["x", "", "()", "(())", "(x)", "((x))", "(x)(x)", "((x)(x))", "((x)x)", "(x(x))", "((x)", "(x))", "(()())"];
        assert_eq!(texts.map(count), [0, 0, 0, 1, 1, 2, 0, 1, 1, 1, 0, 0, 1]);
    }

    #[test]
    fn the_first_token_that_is_too_deep_is_told_and_brackets_without_end_are_harmless() {
        assert_eq!(too_deep((0..).map(|at| (at, "("))), Some(DEEPEST));
        assert_eq!(too_deep((0..).map(|at| (2 * at, "NOT"))), Some(2 * DEEPEST));
        assert_eq!(too_deep((0..2 * DEEPEST).map(|at| (at, ")"))), None);
    }
}
