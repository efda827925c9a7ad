// Makes values safe where a template writes HTML, by the place they come to: text, an attribute, or an address in one.
import { FunctionError } from './arguments.ts';
import { printValue, SafeText } from './values.ts';
import type { GoValue } from './values.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '+': '&#43;',
  '\0': '\uFFFD',
};

const escaped = (text: string): string => text.replaceAll(/["'&<>+\0]/g, (character) => ENTITIES[character] ?? '');

/** `<a href="`, or an attribute with another quote, up to its open value. */
const OPEN_ATTRIBUTE = /\s([\w:-]+)\s*=\s*(?:"[^"]*|'[^']*)$/;
const ADDRESS = /^(?:href|src|action|formaction|background|cite|poster)$/i;
const HARMLESS = /^(?:https?:|mailto:|tel:|[^:]*$|[^:]*[/?#])/i;

/** Prints `value` after `before`, the HTML that was made so far. Throws FunctionError where HTML takes no value. */
export function printHtml(value: GoValue, before: string): string {
  const text = printValue(value);
  const from = before.lastIndexOf('<');
  const tag = from > before.lastIndexOf('>') ? before.slice(from) : '';
  if (tag === '') {
    if (
      isInside(before, 'script') ||
      isInside(before, 'style') ||
      before.lastIndexOf('<!--') > before.lastIndexOf('-->')
    )
      throw new FunctionError('HTML takes no values within script, style or a comment');
    return value instanceof SafeText && value.kind === 'HTML' ? text : escaped(text);
  }
  const attribute = OPEN_ATTRIBUTE.exec(tag);
  if (attribute === null) throw new FunctionError('HTML takes values of attributes in quotes only');
  const name = attribute[1] ?? '';
  if (/^on/i.test(name) || name.toLowerCase() === 'srcdoc')
    throw new FunctionError(`HTML takes no values in the attribute ${name}`);
  if (!ADDRESS.test(name)) return escaped(text);
  const isFirst = /=\s*["']$/.test(attribute[0]);
  const isSafe = (value instanceof SafeText && value.kind === 'URL') || !isFirst || HARMLESS.test(text.trim());
  // The word that Go's html/template leaves where it took an address away.
  return escaped(isSafe ? text : '#ZgotmplZ');
}

function isInside(before: string, element: string): boolean {
  const lower = before.toLowerCase();
  return lower.lastIndexOf(`<${element}`) > lower.lastIndexOf(`</${element}`);
}
