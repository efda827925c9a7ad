// Runs a parsed Go template over values; its errors name the place as Go does.
import { printNode } from './ast.ts';
import type { Command, Control, Expr, Node, Pipe, Statement, Template, TemplateSource } from './ast.ts';
import { FunctionError } from './functions.ts';
import type { TemplateFunctions } from './functions.ts';
import { fieldOf, methodOf } from './members.ts';
import { isTrue, itemsOf, printValue, StringMap, typeName, ValueMap } from './values.ts';
import type { GoValue } from './values.ts';

/** Thrown with Go's sentence: `template: name:1:2: executing "name" at <x>: what is wrong`. */
export class TemplateExecutionError extends Error {}

const MAX_OUTPUT = 1_048_576;
const MAX_STEPS = 100_000;
const MAX_CALLS = 50;

/** Nothing was handed on by a pipe. */
const NONE = Symbol('none');
type Final = GoValue | typeof NONE;

type Flow = 'break' | 'continue' | undefined;

/** What a value becomes in the output, which so far is `before`. */
export type PrintInto = (value: GoValue, before: string) => string;

export function executeTemplate(
  template: Template,
  dot: GoValue,
  functions: TemplateFunctions,
  print: PrintInto = printValue,
): string {
  return new Execution(template, functions, print).run(dot);
}

class Execution {
  readonly #template: Template;
  readonly #functions: TemplateFunctions;
  readonly #print: PrintInto;
  #variables: [string, GoValue][] = [];
  #node: Node | undefined;
  #output = '';
  #steps = 0;
  #calls = 0;
  #name: string;
  #source: TemplateSource;

  constructor(template: Template, functions: TemplateFunctions, print: PrintInto) {
    this.#template = template;
    this.#functions = functions;
    this.#print = print;
    this.#name = template.name;
    this.#source = template;
  }

  run(dot: GoValue): string {
    this.#variables = [['$', dot]];
    this.#walkAll(this.#template.body, dot);
    return this.#output;
  }

  #walkAll(statements: readonly Statement[], dot: GoValue): Flow {
    for (const statement of statements) {
      const flow = this.#walk(statement, dot);
      if (flow !== undefined) return flow;
    }
    return undefined;
  }

  #walk(statement: Statement, dot: GoValue): Flow {
    this.#at(statement);
    this.#step();
    switch (statement.type) {
      case 'text':
        this.#write(statement.text);
        return undefined;
      case 'action': {
        const value = this.#pipeline(dot, statement.pipe);
        if (statement.pipe.variables.length === 0) this.#write(this.#printed(value));
        return undefined;
      }
      case 'if':
      case 'with': {
        const scope = this.#variables.length;
        const value = this.#pipeline(dot, statement.pipe);
        const inner = statement.type === 'with' ? value : dot;
        const flow = isTrue(value)
          ? this.#walkAll(statement.body, inner)
          : this.#walkAll(statement.otherwise ?? [], dot);
        this.#variables.length = scope;
        return flow;
      }
      case 'range':
        this.#range(statement, dot);
        return undefined;
      case 'template':
        this.#call(statement.name, statement.pipe === undefined ? undefined : this.#pipeline(dot, statement.pipe));
        return undefined;
      case 'break':
      case 'continue':
        return statement.type;
    }
  }

  #range(statement: Control<'range'>, dot: GoValue): void {
    const scope = this.#variables.length;
    const { pipe, body, otherwise } = statement;
    // In a range the declared variables take the element (and its index), not the pipeline's value.
    const value = this.#pipeline(dot, { ...pipe, variables: [] });
    const elements = this.#elements(value);
    for (const [index, element] of elements) {
      this.#step();
      this.#variables.length = scope;
      const names = pipe.variables;
      const bound: [string, GoValue][] =
        names.length === 2
          ? [
              [names[0] ?? '', index],
              [names[1] ?? '', element],
            ]
          : names.map((name) => [name, element]);
      for (const [name, item] of bound) {
        if (pipe.assigns) this.#assign(name, item);
        else this.#variables.push([name, item]);
      }
      if (this.#walkAll(body, element) === 'break') break;
    }
    this.#variables.length = scope;
    if (elements.length === 0) this.#walkAll(otherwise ?? [], dot);
  }

  #elements(value: GoValue): [GoValue, GoValue][] {
    if (value === undefined) return [];
    const items = itemsOf(value);
    if (items !== undefined) return indexed(items);
    if (value instanceof StringMap || value instanceof ValueMap) {
      return [...value.entries].toSorted(([a], [b]) => (a < b ? -1 : 1));
    }
    if (typeof value === 'bigint') {
      if (value > BigInt(MAX_STEPS)) throw this.#error('too many steps');
      return Array.from({ length: Math.max(0, Number(value)) }, (_, i) => [BigInt(i), BigInt(i)]);
    }
    throw this.#error(`range can't iterate over ${printValue(value)}`);
  }

  #call(name: string, dot: GoValue): void {
    const defined = this.#template.defined.get(name);
    if (defined === undefined) throw this.#error(`template "${name}" not defined`);
    if (++this.#calls > MAX_CALLS) throw this.#error('exceeded maximum template depth');
    const [outer, outerName, outerSource] = [this.#variables, this.#name, this.#source];
    this.#variables = [['$', dot]];
    this.#name = name;
    this.#source = defined.source;
    this.#walkAll(defined.body, dot);
    [this.#variables, this.#name, this.#source] = [outer, outerName, outerSource];
    this.#calls--;
  }

  #pipeline(dot: GoValue, pipe: Pipe): GoValue {
    this.#at(pipe);
    let value: Final = NONE;
    for (const command of pipe.commands) value = this.#command(dot, command, value);
    const result: GoValue = value === NONE ? undefined : value;
    for (const name of pipe.variables) {
      if (pipe.assigns) this.#assign(name, result);
      else this.#variables.push([name, result]);
    }
    return result;
  }

  #command(dot: GoValue, command: Command, final: Final): GoValue {
    const first = command.args[0];
    if (first === undefined) throw this.#error('empty command');
    if (first.type === 'identifier') return this.#function(dot, first, command, command.args.slice(1), final);
    if (first.type === 'field' || first.type === 'chain' || (first.type === 'variable' && first.path.length > 0)) {
      return this.#member(dot, first, command.args.slice(1), final);
    }
    if (command.args.length > 1 || final !== NONE) {
      this.#at(first);
      throw this.#error(`can't give argument to non-function ${printNode(first)}`);
    }
    return this.#value(dot, first);
  }

  /** An operand by itself. */
  #value(dot: GoValue, expr: Expr): GoValue {
    if (expr.type === 'pipe') return this.#pipeline(dot, expr);
    if (expr.type === 'field' || expr.type === 'chain') return this.#member(dot, expr, [], NONE);
    if (expr.type === 'identifier') {
      const command: Command = { type: 'command', at: expr.at, args: [expr] };
      return this.#function(dot, expr, command, [], NONE);
    }
    this.#at(expr);
    switch (expr.type) {
      case 'dot':
        return dot;
      case 'nil':
        throw this.#error('nil is not a command');
      case 'variable':
        return expr.path.length > 0 ? this.#member(dot, expr, [], NONE) : this.#variable(expr.name);
      case 'bool':
      case 'number':
      case 'string':
        return expr.value;
    }
  }

  #argument(dot: GoValue, expr: Expr): GoValue {
    this.#at(expr);
    return expr.type === 'nil' ? undefined : this.#value(dot, expr);
  }

  #member(
    dot: GoValue,
    node: Extract<Expr, { type: 'field' | 'chain' | 'variable' }>,
    args: readonly Expr[],
    final: Final,
  ): GoValue {
    this.#at(node);
    let receiver: GoValue = dot;
    if (node.type === 'chain') receiver = this.#argument(dot, node.of);
    if (node.type === 'variable') receiver = this.#variable(node.name);
    for (const name of node.path.slice(0, -1)) receiver = this.#field(receiver, name, node, [], false);
    const handed = args.map((arg) => this.#argument(dot, arg));
    if (final !== NONE) handed.push(final);
    return this.#field(receiver, node.path.at(-1) ?? '', node, handed, handed.length > 0);
  }

  #field(receiver: GoValue, name: string, node: Node, args: readonly GoValue[], hasArgs: boolean): GoValue {
    const method = methodOf(receiver, name);
    if (method !== undefined) {
      try {
        return method(args);
      } catch (error) {
        if (!(error instanceof FunctionError)) throw error;
        this.#at(node);
        throw this.#error(`error calling ${name}: ${error.message}`);
      }
    }
    if (receiver === undefined) return undefined;
    const field = fieldOf(receiver, name);
    if (field === undefined) throw this.#error(`can't evaluate field ${name} in type ${typeName(receiver)}`);
    if (hasArgs) throw this.#error(`${name} is not a method but has arguments`);
    return field.value;
  }

  #function(
    dot: GoValue,
    identifier: Extract<Expr, { type: 'identifier' }>,
    command: Command,
    args: readonly Expr[],
    final: Final,
  ): GoValue {
    this.#at(identifier);
    const { name } = identifier;
    if (name === 'and' || name === 'or') return this.#shortCircuit(dot, name, args, final);
    const called = this.#functions.get(name);
    if (called === undefined) throw this.#error(`"${name}" is not a defined function`);
    const count = args.length + (final === NONE ? 0 : 1);
    const { min, max } = called;
    if (count < min || count > max) {
      const wanted = min === max ? String(min) : `at least ${min}`;
      throw this.#error(`wrong number of args for ${name}: want ${wanted} got ${count}`);
    }
    const values = args.map((arg) => this.#argument(dot, arg));
    if (final !== NONE) values.push(final);
    try {
      return called.call(values);
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      this.#at(command);
      throw this.#error(error.wrongType ? error.message : `error calling ${name}: ${error.message}`);
    }
  }

  #shortCircuit(dot: GoValue, name: 'and' | 'or', args: readonly Expr[], final: Final): GoValue {
    let value: GoValue;
    for (const arg of args) {
      value = this.#argument(dot, arg);
      if (isTrue(value) === (name === 'or')) return value;
    }
    if (final !== NONE) return final;
    if (args.length === 0) throw this.#error(`wrong number of args for ${name}: want at least 1 got 0`);
    return value;
  }

  #variable(name: string): GoValue {
    return this.#variables.findLast(([known]) => known === name)?.[1];
  }

  #assign(name: string, value: GoValue): void {
    const known = this.#variables.findLast(([candidate]) => candidate === name);
    if (known !== undefined) known[1] = value;
  }

  #step(): void {
    if (++this.#steps > MAX_STEPS) throw this.#error('too many steps');
  }

  #write(text: string): void {
    this.#output += text;
    if (this.#output.length > MAX_OUTPUT) throw this.#error(`output longer than ${MAX_OUTPUT} characters`);
  }

  #printed(value: GoValue): string {
    try {
      return this.#print(value, this.#output);
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      throw this.#error(error.message);
    }
  }

  #at(node: Node): void {
    this.#node = node;
  }

  #error(message: string): TemplateExecutionError {
    const { name, text } = this.#source;
    const before = text.slice(0, this.#node?.at ?? 0);
    const line = before.split('\n').length;
    const column = new TextEncoder().encode(before.slice(before.lastIndexOf('\n') + 1)).length;
    const context = this.#node === undefined ? '' : printNode(this.#node);
    return new TemplateExecutionError(
      `template: ${name}:${line}:${column}: executing "${this.#name}" at <${context}>: ${message}`,
    );
  }
}

const indexed = (list: readonly GoValue[]): [GoValue, GoValue][] => list.map((item, i) => [BigInt(i), item]);
