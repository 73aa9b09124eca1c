import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildApiSchema } from './api-schema';
import { MESSAGES, type MessageSpec, PROBLEM_CODES } from './kernel/messages';

/**
 * `npm run emit` writes what is generated and checked in: the SDL and the table of messages. With `--check` it
 * writes nothing and fails when a file is stale.
 */
const root = join(__dirname, '..', '..');

const files: Readonly<Record<string, string>> = {
  'schema/schema.graphql': `${printSchema(lexicographicSortSchema(buildApiSchema()))}\n`,
  'docs/messages.md': messagesPage(),
};

function messagesPage(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = PROBLEM_CODES.map((code) => {
    const { severity, text, explanation, hint, operations }: MessageSpec = MESSAGES[code];
    return `| \`${code}\` | ${severity} | ${cell(text)} | ${cell(explanation)} ${cell(hint)} | ${operations.join(', ')} |`;
  });
  return [
    '# Messages',
    '',
    'Every code the API can answer with. Generated from the message catalogue by `npm run emit`; the query',
    '`messageCatalogue` answers the same.',
    '',
    '| code | severity | text | what it means, what to do | operations |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

const isCheck = process.argv.includes('--check');
for (const [file, content] of Object.entries(files)) {
  const path = join(root, file);
  if (!isCheck) writeFileSync(path, content);
  else if (readFileSync(path, 'utf8') !== content) {
    process.stderr.write(`${file} is stale: run npm run emit\n`);
    process.exitCode = 1;
  }
}
