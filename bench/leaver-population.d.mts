/** Who runs statements as the owner of the tables. */
interface Owner {
  query(text: string, values?: readonly unknown[]): Promise<unknown>;
}

export declare const NOW: string;
export declare function seedPopulation(owner: Owner, workspaceId: string, rows: number): Promise<void>;
export declare function changeSome(
  owner: Owner,
  change: { readonly workspaceId: string; readonly count: number; readonly round: number },
): Promise<void>;
