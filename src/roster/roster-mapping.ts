import { type DateFormat, dateFormats } from './roster-date.ts';
import type { RosterStatus, WorkerType } from './roster-row.ts';

/** What a roster can say of an employment period (evidence §6). */
export const rosterFields = [
  'employee_id',
  'work_email',
  'start_date',
  'end_date',
  'display_name',
  'worker_type',
  'last_day_worked',
  'status',
  'time_zone',
  'site',
  'manager_employee_id',
] as const;
export type RosterField = (typeof rosterFields)[number];

/** Without these a file is no roster: who, and from when to when. */
export const requiredFields: readonly RosterField[] = ['employee_id', 'work_email', 'start_date', 'end_date'];

/** One column, or several whose texts are put together with a space between, as of a first and a last name. */
export type ColumnSource = string | readonly string[];

/** How a file of this workspace's HR system is to be read. Kept in the ledger: a mapping decides what an import says. */
export interface RosterMapping {
  readonly preset: PresetName;
  /** In the place of the preset's: the first source that has a text counts. */
  readonly columns: Readonly<Partial<Record<RosterField, readonly ColumnSource[]>>>;
  readonly dateFormat: DateFormat;
  /** The IANA name of each site's zone, by what the column for `site` says. */
  readonly timeZones: Readonly<Record<string, string>>;
  /** Beside the preset's, and before them. Left out by mappings that were set before there was any. */
  readonly words?: RosterWords;
}

/** What an HR system calls a status, a type or a time zone, in lower case, and this product's own word for it. */
export interface RosterWords {
  readonly status?: Readonly<Record<string, RosterStatus>>;
  readonly worker_type?: Readonly<Record<string, WorkerType>>;
  /** The IANA name of what a row calls a time zone, such as `est` or `gmt-05:00 eastern time`. */
  readonly time_zone?: Readonly<Record<string, string>>;
}

export interface Preset {
  readonly columns: Readonly<Partial<Record<RosterField, readonly ColumnSource[]>>>;
  /** What is not here is read as this product's own word. */
  readonly words: RosterWords;
}

const names: readonly ColumnSource[] = ['display_name', 'full_name', ['first_name', 'last_name']];

/**
 * How HR systems call their columns, in their exports and APIs (evidence §6). An end is never read from a status, and a start that a
 * rehire leaves in place (Finch) gives way to the latest. A manager is read where the system names them by the id that `employee_id` reads: Personio and
 * Finch name them by an id of their own, which would be taken for somebody else's number.
 */
export const presets = {
  canonical: { columns: {}, words: {} },
  workday: {
    columns: {
      employee_id: ['employee_id', 'worker_id'],
      work_email: ['work_email', 'email_-_work', 'email_-_primary_work'],
      display_name: ['worker', 'preferred_name', 'legal_name', ...names],
      start_date: ['hire_date', 'start_date'],
      end_date: ['termination_date', 'statusterminationdate'],
      last_day_worked: ['termination_last_day_of_work', 'statusterminationlastdayofwork', 'last_day_of_work'],
      worker_type: ['worker_type'],
      status: ['worker_status', 'status'],
      site: ['location', 'primary_work_location'],
      manager_employee_id: ['manager_employee_id', 'manager_id'],
    },
    words: {
      status: { 'on leave': 'leave', 'not hired': 'prehire' },
      worker_type: { regular: 'employee', 'contingent worker': 'contractor' },
    },
  },
  bamboohr: {
    columns: {
      employee_id: ['employee_#', 'employeenumber', 'employee_number'],
      work_email: ['workemail', 'work_email'],
      display_name: ['displayname', 'name', ['firstname', 'lastname'], ...names],
      start_date: ['hiredate', 'hire_date'],
      end_date: ['terminationdate', 'termination_date'],
      worker_type: ['employment_status', 'employmenthistorystatus'],
      status: ['status'],
      site: ['location'],
      manager_employee_id: ['manager_employee_id', 'supervisoreid', 'supervisor_eid'],
    },
    words: {
      status: { inactive: 'terminated' },
      worker_type: { 'full-time': 'employee', 'part-time': 'employee', terminated: 'employee', internship: 'intern' },
    },
  },
  hibob: {
    columns: {
      employee_id: ['employee_id', 'employee_id_in_company', 'work.employeeidincompany', 'employeeidincompany'],
      work_email: ['email', 'work_email'],
      display_name: ['display_name', 'displayname', 'full_name', ...names],
      start_date: ['start_date', 'work.startdate'],
      end_date: ['termination_date', 'internal.terminationdate'],
      last_day_worked: ['last_day_of_work', 'last_working_day'],
      worker_type: ['employment_contract', 'contract'],
      status: ['lifecycle_status', 'internal.lifecyclestatus', 'status'],
      site: ['site', 'work.site'],
      manager_employee_id: ['manager_employee_id', 'work.reportstoidincompany', 'reportstoidincompany'],
    },
    words: {
      status: {
        employed: 'active',
        hired: 'prehire',
        'garden leave': 'garden_leave',
        'parental leave': 'leave',
        'long term leave': 'leave',
      },
      worker_type: { 'full time': 'employee', 'part time': 'employee', internship: 'intern' },
    },
  },
  personio: {
    columns: {
      employee_id: ['personnel_number', 'employee_id', 'id'],
      work_email: ['email', 'work_email'],
      display_name: [['first_name', 'last_name'], ...names],
      start_date: ['hire_date'],
      end_date: ['termination_date', 'contract_end_date'],
      last_day_worked: ['last_working_day', 'last_day_of_work'],
      worker_type: ['employment_type'],
      status: ['status'],
      site: ['office'],
    },
    words: { status: { inactive: 'terminated', onboarding: 'prehire' }, worker_type: { internal: 'employee', external: 'contractor' } },
  },
  gusto: {
    columns: {
      employee_id: ['employee_id', 'employee_number', 'uuid'],
      work_email: ['work_email', 'email'],
      display_name: [['first_name', 'last_name'], ...names],
      start_date: ['start_date', 'hire_date'],
      end_date: ['termination_date', 'dismissal_date', 'end_date'],
      last_day_worked: ['last_day', 'last_day_of_work'],
      worker_type: ['worker_type', 'type'],
      status: ['status'],
      site: ['work_location', 'location'],
      manager_employee_id: ['manager_employee_id', 'manager_uuid'],
    },
    words: {
      status: { dismissed: 'terminated', onboarding: 'prehire' },
      worker_type: { individual: 'contractor', business: 'contractor' },
    },
  },
  merge: {
    columns: {
      employee_id: ['employee_number', 'remote_id'],
      work_email: ['work_email'],
      display_name: ['display_full_name', ['first_name', 'last_name']],
      start_date: ['start_date', 'hire_date'],
      end_date: ['termination_date'],
      worker_type: ['employment_type'],
      status: ['employment_status'],
      site: ['work_location'],
      manager_employee_id: ['manager_employee_id', 'manager.employee_number', 'manager.remote_id'],
    },
    words: {
      status: { pending: 'prehire', inactive: 'terminated' },
      worker_type: { full_time: 'employee', part_time: 'employee', freelance: 'contractor' },
    },
  },
  finch: {
    columns: {
      employee_id: ['source_id', 'id'],
      work_email: ['work_email', 'email', 'emails.work'],
      display_name: [['first_name', 'last_name'], ...names],
      start_date: ['latest_rehire_date', 'start_date'],
      end_date: ['end_date'],
      worker_type: ['employment.type', 'employment_type'],
      status: ['employment_status'],
      site: ['location'],
    },
    words: {
      status: { onboarding: 'prehire', retired: 'terminated', deceased: 'terminated' },
      worker_type: {},
    },
  },
} as const satisfies Readonly<Record<string, Preset>>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as readonly PresetName[];

/** What a workspace reads by until it says otherwise: this product's own column names and dates. */
export const canonicalMapping: RosterMapping = { preset: 'canonical', columns: {}, dateFormat: dateFormats[0], timeZones: {} };

/** A column's name as it is compared: case, blanks, hyphens, underscores and what nobody sees aside, since exports differ in them from one version to the next. */
export function columnKey(name: string): string {
  return name
    .normalize('NFC')
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\s\u00a0_-]+/g, ' ')
    .trim()
    .toLowerCase()
    .replaceAll(' ', '_');
}

/** Where a field is read from, in order: what the mapping says, else the preset, else the field's own name. */
export function sourcesOf({ columns, preset }: RosterMapping, field: RosterField): readonly ColumnSource[] {
  const known: Preset = presets[preset];
  return columns[field] ?? known.columns[field] ?? [field];
}

/** The product's word for what the HR system says: by the mapping, else by the preset, else it is one of ours. */
export function wordFor({ preset, words: own }: RosterMapping, field: 'status' | 'worker_type', text: string): string {
  const { words }: Preset = presets[preset];
  const key = text.toLowerCase();
  return namedIn(own?.[field], key) ?? namedIn(words[field], key) ?? key;
}

/** What is said under a name: a site may be called `constructor`. */
export function namedIn<Meant extends string>(names: Readonly<Record<string, Meant>> | undefined, name: string): Meant | undefined {
  return names !== undefined && Object.hasOwn(names, name) ? names[name] : undefined;
}
