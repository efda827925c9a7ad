// The operator's files of notification templates: found, read and checked.
import path from 'node:path';
import { LinewardenError } from '../../../shared/model/errors.ts';
import type { RenderTemplate } from './receivers/index.ts';
import { notificationTemplates, type TemplateFile, TemplateFileError } from './receivers/templates/index.ts';
import { filesOf, readText } from './rules/files.ts';

/** Of paths or globs. Throws LW_TEMPLATES_INVALID, one line a file. */
export function loadTemplates(patterns: readonly string[]): RenderTemplate {
  const { files, problems } = readTemplates(patterns);
  if (problems.length > 0) throw new LinewardenError('LW_TEMPLATES_INVALID', problems.join('\n'));
  if (files.length > 0) return notificationTemplates(files);
  // Whoever is told by this computer alone needs none.
  let made: RenderTemplate | undefined;
  return (text, message, form) => (made ??= notificationTemplates([]))(text, message, form);
}

/** What is wrong with the files, one sentence each; empty when all is well. */
export const checkTemplateFiles = (patterns: readonly string[]): string[] => readTemplates(patterns).problems;

function readTemplates(patterns: readonly string[]): { files: TemplateFile[]; problems: string[] } {
  const files: TemplateFile[] = [];
  const problems: string[] = [];
  for (const file of filesOf(patterns)) {
    const text = readText(file);
    if (typeof text !== 'string') {
      problems.push(`${file}: ${text.message.replace('rule file', 'template file')}`);
      continue;
    }
    const read = { name: path.basename(file), text };
    try {
      notificationTemplates([read]);
      files.push(read);
    } catch (error) {
      if (!(error instanceof TemplateFileError)) throw error;
      problems.push(`${path.dirname(file)}${path.sep}${error.message}`);
    }
  }
  return { files, problems };
}
