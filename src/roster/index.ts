/**
 * roster: HR intake: persons and employment periods, by file, with a dry run before.
 * Must hold: the population and its end dates come from HR alone (I9); an import is whole or not at all; a missing row ends nobody,
 * and nobody ends many by one person's word.
 * app mounts the routes; reconciliation reads person and employment_period.
 */
export { eraseRosterFiles } from './erase-files-store.ts';
export { importRoster, type RosterDependencies } from './import-roster.ts';
export { type PastPerson, readPersonThen } from './past-people-read-model.ts';
export { type RejectedRow, type RosterStatus, type WorkerType, workerTypes } from './roster-row.ts';
export { disclosedFileName, type ListedPerson, listPeople, readPerson } from './roster-read-model.ts';
export { speaksOfEverybody } from './speaks-of-everybody.ts';
export { type RejectionCount, toldRejections } from './told-rejections-read-model.ts';
export { rosterRoutes } from './roster-routes.ts';
export { awaitImports, isImportUnderWay } from './roster-store.ts';
export { countSources, type SourceState, sourceStates } from './roster-source-store.ts';
export { rosterTasks } from './roster-tasks.ts';
export { wentOn } from './went-on.ts';
export type { ImportRequest, ImportSummary } from './work-import.ts';
