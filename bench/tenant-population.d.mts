import type { TenantPerson } from './store-equals-tenant.mjs';

export function personOf(number: number): Omit<TenantPerson, 'id' | 'standing' | 'roleTarget' | 'role' | 'managerId'>;
export function managerOf(number: number): number | undefined;
export function membersOf(group: number, people: number): readonly number[];
