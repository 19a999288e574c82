/** The names of the stand-in Graph as a resource: the commercial one, and its own address, which is where clients of a stand-in go. */
export function graphAudiences(url: string): readonly string[] {
  return ['https://graph.microsoft.com', url];
}
