/** Where the parts of a script came from, and what it still asks for, as esbuild tells. */
export interface BundleMeta {
  readonly inputs: Readonly<Record<string, object>>;
  readonly outputs: Readonly<Record<string, { readonly imports: readonly { readonly path: string; readonly external?: boolean }[] }>>;
}

export interface BuiltPage {
  readonly html: string;
  readonly script: string;
  readonly policy: string;
  readonly metafile: BundleMeta;
}

export function buildPage(): Promise<BuiltPage>;

export function bundleForBrowser(entryPoint: string): Promise<{ readonly script: string; readonly metafile: BundleMeta }>;
