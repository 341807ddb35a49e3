namespace RecordsGuard.Audit;

/// <summary>Who acts, on what, as the log calls them: the part of an entry that stays the same through one operation.</summary>
/// <param name="Operation">A word of the house, such as <c>place-hold</c>.</param>
/// <param name="Person">Pseudonym; empty when the app acts by itself.</param>
/// <param name="Client">Pseudonym, or empty.</param>
/// <param name="Record">Record id, or empty.</param>
/// <param name="TokenId">The caller's <c>uti</c>, or empty.</param>
/// <param name="Unexplained">The rank of a look that nothing explains; zero: it is explained, or no look.</param>
public sealed record AuditSubject(
    string Operation, string Practice, string Person = "", string Client = "", string Record = "", string TokenId = "", int Unexplained = 0)
{
    public AuditEvent Event(AuditKind kind, params IEnumerable<KeyValuePair<string, string>> details) => new(
        kind, Operation, Practice, Person, Client, Record,
        [
            .. TokenId.Length == 0 ? [] : new KeyValuePair<string, string>[] { new("uti", TokenId) },
            .. Unexplained == 0 ? [] : new KeyValuePair<string, string>[] { new("unexplained", $"{Unexplained}") },
            .. details,
        ]);
}
