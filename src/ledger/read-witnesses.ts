import { type Cosigner, parseCosigner, publicKeyOf } from '../tlog/index.ts';

/** Somebody who cosigns checkpoints once they have seen that the log only grew (C2SP tlog-witness). */
export interface Witness {
  readonly cosigner: Cosigner;
  /** Its submission prefix. */
  readonly url: string;
}

/** Whom checkpoints are cosigned by, as the operator named them. Throws an Error that says which key is none, or is there twice. */
export function readWitnesses(named: readonly { readonly vkey: string; readonly url: string }[]): readonly Witness[] {
  const keys = named.map(({ vkey }) => publicKeyOf(vkey));
  return named.map(({ url, vkey }, at) => {
    const cosigner = parseCosigner(vkey);
    if (cosigner === undefined)
      throw new Error(`${vkey} (ROLLCALL_LEDGER_WITNESSES) is no verifier key of a witness (C2SP tlog-cosignature, Ed25519, type 0x04)`);
    // What is signed does not name who signs: under two names, one witness would count as two.
    if (keys.indexOf(publicKeyOf(vkey)) < at) throw new Error(`ROLLCALL_LEDGER_WITNESSES names the key of ${cosigner.name} twice`);
    return { cosigner, url };
  });
}
