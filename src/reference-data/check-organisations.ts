import type { StoredReferenceData } from './find-stored';
import type { FoundProblems } from './found-problems';
import { type GivenCell, givenCells } from './given-cells';
import type { ReferenceRows } from './reference-rows';

export function refuseUnknownOrganisations(
  rows: ReferenceRows,
  stored: StoredReferenceData,
  found: FoundProblems,
): void {
  const known = new Set([
    ...stored.organisations.keys(),
    ...(rows.organisations ?? []).map(({ syncKey }) => syncKey),
  ]);
  const refuseUnknown = (field: string, cells: readonly GivenCell[]) => {
    for (const { value, path } of cells) {
      if (!known.has(value)) found.add('ORGANISATION_NOT_FOUND', { field }, path);
    }
  };
  refuseUnknown('parentSyncKey', givenCells(rows, 'organisations', 'parentSyncKey', found));
  refuseUnknown('organisationSyncKey', givenCells(rows, 'learners', 'organisationSyncKey', found));
  refuseUnknown('organisationSyncKey', givenCells(rows, 'trainings', 'organisationSyncKey', found));
}

/** The stored organisations are a tree, so every cycle runs through rows that name a parent. */
export function refuseOrganisationCycles(
  rows: ReferenceRows,
  stored: StoredReferenceData,
  found: FoundProblems,
): void {
  const onCycle = membersOfCycles(parentsAfter(rows, stored));
  for (const { index, path } of givenCells(rows, 'organisations', 'parentSyncKey', found)) {
    const syncKey = rows.organisations?.[index]?.syncKey;
    if (syncKey !== undefined && onCycle.has(syncKey)) {
      found.add('ORGANISATION_CYCLE', { field: 'parentSyncKey' }, path);
    }
  }
}

type Parents = ReadonlyMap<string, string | null>;

/** Sync key of each organisation's parent, as it would be after the request. */
function parentsAfter(rows: ReferenceRows, stored: StoredReferenceData): Parents {
  const organisations = [...stored.organisations.values()];
  const syncKeys = new Map(organisations.map(({ id, syncKey }) => [id, syncKey]));
  const parents = new Map<string, string | null>();
  for (const { syncKey, parentId } of organisations) {
    parents.set(syncKey, parentId === null ? null : (syncKeys.get(parentId) ?? null));
  }
  for (const { syncKey, parentSyncKey } of rows.organisations ?? []) {
    if (parentSyncKey !== undefined) parents.set(syncKey, parentSyncKey);
  }
  return parents;
}

/** Walks up from every node that no walk has passed before; a walk that meets itself has found a cycle. */
function membersOfCycles(parents: Parents): Set<string> {
  const members = new Set<string>();
  const passed = new Set<string>();
  for (const start of parents.keys()) {
    const walk = new Map<string, number>();
    let node: string | null = start;
    while (node !== null && !passed.has(node) && !walk.has(node)) {
      walk.set(node, walk.size);
      node = parents.get(node) ?? null;
    }
    const cycleStart = node === null ? undefined : walk.get(node);
    if (cycleStart !== undefined)
      for (const member of [...walk.keys()].slice(cycleStart)) members.add(member);
    for (const member of walk.keys()) passed.add(member);
  }
  return members;
}
