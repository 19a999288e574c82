/** The names of the stand-in Graph as a resource: the commercial one, and its own address, which is where clients of a stand-in go. */
export function graphAudiences(url: string): readonly string[] {
  return ['https://graph.microsoft.com', url];
}

/** Those of the stand-in Azure Resource Manager, which has an address of its own: a token of one is void at the other. */
export function armAudiences(armUrl: string): readonly string[] {
  return ['https://management.azure.com', armUrl];
}
