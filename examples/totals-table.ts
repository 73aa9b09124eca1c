import { rest, tableOf } from './tables';

/** As the documented operation asks for them. */
export interface TotalsAnswer {
  readonly registrations: {
    readonly nodes: readonly { readonly totals: Readonly<Record<string, string | number | null>> }[];
  };
}

const NAME_WIDTH = 22;
const VALUE_WIDTH = 24;

/** The totals of one registration at several moments, side by side. */
export function totalsTable(moments: Readonly<Record<string, TotalsAnswer>>): string {
  const names = Object.keys(moments);
  const width = Math.min(VALUE_WIDTH, Math.floor(rest(NAME_WIDTH) / names.length) - 1);
  const table = tableOf({
    totals: NAME_WIDTH,
    ...Object.fromEntries(names.map((name) => [name, width])),
  });
  const told = Object.values(moments).map(({ registrations: { nodes } }) => nodes[0]?.totals ?? {});
  for (const name of Object.keys(told[0] ?? {})) {
    table.push([name, ...told.map((totals) => String(totals[name] ?? 'null').replace(/\.000Z$/, 'Z'))]);
  }
  return table.toString();
}
