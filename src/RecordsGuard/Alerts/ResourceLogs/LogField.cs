namespace RecordsGuard.Alerts.ResourceLogs;

/// <summary>What is taken out of a log entry, under whatever names and at whatever places its shape has it.</summary>
internal enum LogField : byte
{
    None,
    Time,
    ResourceId,
    Category,
    Operation,

    /// <summary>In words. Key Vault says Success also of a refusal: nothing is decided on it there.</summary>
    ResultType,
    ResultSignature,

    /// <summary>The HTTP status, digits or a word.</summary>
    Status,
    StatusText,
    ResponseType,
    CallerAddress,
    CorrelationId,
    ClientRequestId,
    ObjectKey,
    Uri,
    Account,
    UserAgent,
    IdentityType,
    TokenHash,
    ObjectId,
    AppId,
    Upn,

    /// <summary>Of the Activity log: an account's name or an object id.</summary>
    Caller,
    KeyId,
    Scope,
    Entity,

    /// <summary>JSON as it stands: the settings that a change asked for.</summary>
    RequestBody,
    ResponseBody,
    Properties,
    Count,
}

/// <summary>Where in an entry a name stands: the same name means other things elsewhere.</summary>
internal enum LogPart : byte
{
    /// <summary>Nothing in it is of use.</summary>
    Opaque,
    Root,
    Identity,

    /// <summary>A requester, or claims in either layout.</summary>
    Person,
    Authorization,
    Properties,
    Request,

    /// <summary>An object with <c>value</c> and <c>localizedValue</c> in a text's place.</summary>
    Worded,

    /// <summary>JSON that is kept as it stands.</summary>
    Whole,

    /// <summary>What holds entries and is none: <c>{"records":[…]}</c> and its like.</summary>
    Envelope,
}
