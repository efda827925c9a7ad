// The syntax tree of a Go template; each node prints as Go prints it in error messages.

export type Expr =
  | { readonly type: 'dot' | 'nil'; readonly at: number }
  | { readonly type: 'bool'; readonly at: number; readonly value: boolean }
  | { readonly type: 'number'; readonly at: number; readonly text: string; readonly value: number | bigint }
  | { readonly type: 'string'; readonly at: number; readonly quoted: string; readonly value: string }
  | { readonly type: 'field'; readonly at: number; readonly path: readonly string[] }
  | { readonly type: 'variable'; readonly at: number; readonly name: string; readonly path: readonly string[] }
  | { readonly type: 'identifier'; readonly at: number; readonly name: string }
  | { readonly type: 'chain'; readonly at: number; readonly of: Expr; readonly path: readonly string[] }
  | Pipe;

export type Command = { readonly type: 'command'; readonly at: number; readonly args: readonly Expr[] };

export type Pipe = {
  readonly type: 'pipe';
  readonly at: number;
  readonly commands: readonly Command[];
  readonly variables: readonly string[];
  readonly assigns: boolean;
};

export type Control<Type extends 'if' | 'with' | 'range'> = {
  readonly type: Type;
  readonly at: number;
  readonly pipe: Pipe;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[] | undefined;
};

export type Statement =
  | { readonly type: 'text'; readonly at: number; readonly text: string }
  | { readonly type: 'action'; readonly at: number; readonly pipe: Pipe }
  | Control<'if'>
  | Control<'with'>
  | Control<'range'>
  | { readonly type: 'template'; readonly at: number; readonly name: string; readonly pipe: Pipe | undefined }
  | { readonly type: 'break' | 'continue'; readonly at: number };

export type Node = Expr | Command | Statement;

/** Where a piece of a template was written, for errors. */
export type TemplateSource = { readonly name: string; readonly text: string };

export type DefinedTemplate = { readonly body: readonly Statement[]; readonly source: TemplateSource };

export type Template = TemplateSource & {
  readonly body: readonly Statement[];
  /** By name: what `define` and `block` made, here or in a file that is shared. */
  readonly defined: ReadonlyMap<string, DefinedTemplate>;
};

export function printNode(node: Node): string {
  switch (node.type) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'number':
      return node.text;
    case 'string':
      return node.quoted;
    case 'identifier':
      return node.name;
    case 'field':
      return node.path.map((name) => `.${name}`).join('');
    case 'variable':
      return [node.name, ...node.path].join('.');
    case 'chain':
      return `${node.of.type === 'pipe' ? `(${printNode(node.of)})` : printNode(node.of)}.${node.path.join('.')}`;
    case 'command':
      return node.args.map((arg) => (arg.type === 'pipe' ? `(${printNode(arg)})` : printNode(arg))).join(' ');
    case 'pipe': {
      const declared = node.variables.length > 0 ? `${node.variables.join(', ')} ${node.assigns ? '=' : ':='} ` : '';
      return declared + node.commands.map(printNode).join(' | ');
    }
    case 'text':
      return node.text;
    case 'action':
      return `{{${printNode(node.pipe)}}}`;
    case 'if':
    case 'with':
    case 'range':
      return `{{${node.type} ${printNode(node.pipe)}}}`;
    case 'template':
      return `{{template ${JSON.stringify(node.name)}${node.pipe === undefined ? '' : ` ${printNode(node.pipe)}`}}}`;
    case 'break':
    case 'continue':
      return `{{${node.type}}}`;
  }
}
