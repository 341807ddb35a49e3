namespace RecordsGuard.Local;

/// <summary>Why the local stack cannot start or go on, in one sentence for the person at the terminal.</summary>
internal sealed class LocalFailure(string sentence, Exception? inner = null) : Exception(sentence, inner);
