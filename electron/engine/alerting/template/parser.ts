// Parses a Go template (text/template) into its syntax tree; bounded in depth.
import type { Command, DefinedTemplate, Expr, Pipe, Statement, Template, TemplateSource } from './ast.ts';
import { TemplateSyntaxError, tokenize } from './lexer.ts';
import type { Token } from './lexer.ts';
import { numberOf, unquote } from './literal.ts';

const MAX_DEPTH = 100;

type Block = { readonly body: Statement[]; readonly endedBy: 'end' | 'else' | 'eof' };

/** Throws TemplateSyntaxError. `isFunction` says which names may be called. */
export function parseTemplate(name: string, text: string, isFunction: (name: string) => boolean): Template {
  const parser = new Parser({ name, text }, isFunction);
  const { body } = parser.block('eof');
  return { name, text, body, defined: parser.defined };
}

class Parser {
  readonly defined = new Map<string, DefinedTemplate>();
  readonly #source: TemplateSource;
  readonly #tokens: Token[];
  readonly #isFunction: (name: string) => boolean;
  #next = 0;
  #depth = 0;
  #rangeDepth = 0;
  #variables = ['$'];

  constructor(source: TemplateSource, isFunction: (name: string) => boolean) {
    this.#source = source;
    this.#tokens = tokenize(source.text);
    this.#isFunction = isFunction;
  }

  block(until: 'eof' | 'end'): Block {
    if (++this.#depth > MAX_DEPTH) throw new TemplateSyntaxError('nested too deeply', this.#peek().at);
    const body: Statement[] = [];
    for (;;) {
      const token = this.#take();
      if (token.kind === 'end') {
        if (until === 'end') throw new TemplateSyntaxError('unexpected EOF', token.at);
        this.#depth--;
        return { body, endedBy: 'eof' };
      }
      if (token.kind === 'text') {
        body.push({ type: 'text', at: token.at, text: token.text });
        continue;
      }
      const word = this.#peekSolid();
      if (word.kind === 'keyword' && (word.text === 'end' || word.text === 'else')) {
        if (until === 'eof') throw new TemplateSyntaxError(`unexpected {{${word.text}}}`, word.at);
        this.#takeSolid();
        this.#depth--;
        if (word.text === 'end') this.#close('end');
        return { body, endedBy: word.text };
      }
      const statement = this.#statement(word);
      if (statement !== undefined) body.push(statement);
    }
  }

  #statement(word: Token): Statement | undefined {
    if (word.kind !== 'keyword') return { type: 'action', at: word.at, pipe: this.#pipeline('command', 'close') };
    this.#takeSolid();
    switch (word.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.#control(word.text, word.at);
      case 'define':
        return this.#define();
      case 'block':
        return this.#blockClause(word);
      case 'template': {
        const name = this.#name('template clause');
        if (this.#peekSolid().kind !== 'close') {
          return { type: 'template', at: word.at, name, pipe: this.#pipeline('template clause', 'close') };
        }
        this.#close('template clause');
        return { type: 'template', at: word.at, name, pipe: undefined };
      }
      case 'break':
      case 'continue':
        if (this.#rangeDepth === 0) throw new TemplateSyntaxError(`{{${word.text}}} outside {{range}}`, word.at);
        this.#close(word.text);
        return { type: word.text, at: word.at };
      default:
        throw new TemplateSyntaxError(`unexpected {{${word.text}}}`, word.at);
    }
  }

  #control(type: 'if' | 'with' | 'range', at: number): Statement {
    const scope = this.#variables.length;
    const pipe = this.#pipeline(type, 'close');
    if (type === 'range') this.#rangeDepth++;
    const { body, endedBy } = this.block('end');
    if (type === 'range') this.#rangeDepth--;
    let otherwise: Statement[] | undefined;
    if (endedBy === 'else') {
      const chained = this.#peekSolid();
      if (chained.kind === 'keyword' && chained.text === type && type !== 'range') {
        this.#takeSolid();
        otherwise = [this.#control(type, chained.at)];
      } else {
        this.#close('else');
        const rest = this.block('end');
        if (rest.endedBy === 'else') throw new TemplateSyntaxError('expected end; found {{else}}', at);
        otherwise = rest.body;
      }
    }
    this.#variables.length = scope;
    return { type, at: pipe.at, pipe, body, otherwise };
  }

  #define(): undefined {
    const name = this.#name('define clause');
    this.#close('define clause');
    this.defined.set(name, { body: this.#ownScope(), source: this.#source });
  }

  #blockClause(word: Token): Statement {
    const name = this.#name('block clause');
    const pipe = this.#pipeline('block clause', 'close');
    this.defined.set(name, { body: this.#ownScope(), source: this.#source });
    return { type: 'template', at: word.at, name, pipe };
  }

  #ownScope(): readonly Statement[] {
    const [outer, rangeDepth] = [this.#variables, this.#rangeDepth];
    this.#variables = ['$'];
    this.#rangeDepth = 0;
    const { body, endedBy } = this.block('end');
    if (endedBy === 'else') throw new TemplateSyntaxError('unexpected {{else}} in define clause', this.#peek().at);
    [this.#variables, this.#rangeDepth] = [outer, rangeDepth];
    return body;
  }

  #name(context: string): string {
    const token = this.#takeSolid();
    if (token.kind !== 'string') throw this.#unexpected(token, context);
    return unquote(token.text, token.at);
  }

  #pipeline(context: string, end: 'close' | 'rparen'): Pipe {
    if (++this.#depth > MAX_DEPTH) throw new TemplateSyntaxError('nested too deeply', this.#peek().at);
    const at = this.#peekSolid().at;
    const { variables, assigns } = this.#declarations(context);
    const commands: Command[] = [];
    for (;;) {
      const token = this.#peekSolid();
      if (token.kind === end) {
        this.#takeSolid();
        if (commands.length === 0) throw new TemplateSyntaxError(`missing value for ${context}`, token.at);
        this.#checkCommands(commands);
        this.#depth--;
        return { type: 'pipe', at, commands, variables, assigns };
      }
      commands.push(this.#command(context));
    }
  }

  /** `$x :=`, `$x =`, and in a range `$i, $x :=`. */
  #declarations(context: string): { variables: string[]; assigns: boolean } {
    const start = this.#next;
    const names: string[] = [];
    for (let token = this.#peekSolid(); token.kind === 'variable'; token = this.#peekSolid()) {
      this.#takeSolid();
      names.push(token.text);
      const after = this.#peekSolid();
      if (after.kind === 'declare' || after.kind === 'assign') {
        this.#takeSolid();
        if (after.kind === 'declare') this.#variables.push(...names);
        else for (const name of names) this.#checkVariable(name, token.at);
        return { variables: names, assigns: after.kind === 'assign' };
      }
      if (after.kind !== 'comma' || context !== 'range' || names.length > 1) break;
      this.#takeSolid();
    }
    this.#next = start;
    return { variables: [], assigns: false };
  }

  #checkCommands(commands: readonly Command[]): void {
    for (const command of commands.slice(1)) {
      const first = command.args[0];
      if (first !== undefined && ['bool', 'dot', 'nil', 'number', 'string'].includes(first.type)) {
        throw new TemplateSyntaxError('non executable command in pipeline stage 2', command.at);
      }
    }
  }

  #command(context: string): Command {
    const at = this.#peekSolid().at;
    const args: Expr[] = [];
    for (;;) {
      const operand = this.#operand(this.#peekSolid());
      if (operand !== undefined) args.push(operand);
      const token = this.#take();
      if (token.kind === 'space') continue;
      if (token.kind === 'pipe') {
        const after = this.#peekSolid();
        if (after.kind === 'close' || after.kind === 'rparen') {
          throw new TemplateSyntaxError(`missing value for ${context}`, after.at);
        }
      } else if (token.kind === 'close' || token.kind === 'rparen') this.#next--;
      else throw this.#unexpected(token, operand === undefined ? context : 'operand');
      if (args.length === 0) throw new TemplateSyntaxError('empty command', token.at);
      return { type: 'command', at, args };
    }
  }

  #operand(token: Token): Expr | undefined {
    const term = this.#term(token);
    if (term === undefined) return undefined;
    const path: string[] = [];
    const at = this.#peek().at;
    while (this.#peek().kind === 'field') path.push(this.#take().text.slice(1));
    if (path.length === 0) return term;
    if (term.type === 'field') return { ...term, path: [...term.path, ...path] };
    if (term.type === 'variable') return { ...term, path: [...term.path, ...path] };
    if (term.type === 'bool' || term.type === 'number' || term.type === 'string' || term.type === 'nil') {
      throw new TemplateSyntaxError(`unexpected <.${path[0]}> after term`, at);
    }
    return { type: 'chain', at, of: term, path };
  }

  #term(token: Token): Expr | undefined {
    if (token.kind === 'lparen') {
      this.#takeSolid();
      return this.#pipeline('parenthesized pipeline', 'rparen');
    }
    const term = this.#simpleTerm(token);
    if (term !== undefined) this.#takeSolid();
    return term;
  }

  #simpleTerm({ kind, text, at }: Token): Expr | undefined {
    if (kind === 'identifier') {
      if (!this.#isFunction(text)) throw new TemplateSyntaxError(`function "${text}" not defined`, at);
      return { type: 'identifier', at, name: text };
    }
    if (kind === 'variable') {
      this.#checkVariable(text, at);
      return { type: 'variable', at, name: text, path: [] };
    }
    if (kind === 'dot' || kind === 'nil') return { type: kind, at };
    if (kind === 'field') return { type: 'field', at, path: [text.slice(1)] };
    if (kind === 'bool') return { type: 'bool', at, value: text === 'true' };
    if (kind === 'number') return { type: 'number', at, text, value: numberOf(text, at) };
    if (kind === 'char') return { type: 'number', at, text, value: BigInt(unquote(text, at).codePointAt(0) ?? 0) };
    if (kind === 'string') return { type: 'string', at, quoted: text, value: unquote(text, at) };
    return undefined;
  }

  #checkVariable(name: string, at: number): void {
    if (!this.#variables.includes(name)) throw new TemplateSyntaxError(`undefined variable "${name}"`, at);
  }

  #close(context: string): void {
    const token = this.#takeSolid();
    if (token.kind !== 'close') throw this.#unexpected(token, context);
  }

  #unexpected(token: Token, context: string): TemplateSyntaxError {
    const what = token.kind === 'end' ? 'EOF' : `<${token.text}>`;
    return new TemplateSyntaxError(`unexpected ${what} in ${context}`, token.at);
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', text: '', at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #peekSolid(): Token {
    while (this.#peek().kind === 'space') this.#next++;
    return this.#peek();
  }

  #takeSolid(): Token {
    const token = this.#peekSolid();
    this.#next++;
    return token;
  }
}
