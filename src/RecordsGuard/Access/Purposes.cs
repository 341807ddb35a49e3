namespace RecordsGuard.Access;

/// <summary>Purposes of use: codes of HL7 v3 PurposeOfUse (code system ActReason), as far as the house uses them.</summary>
public static class Purposes
{
    public const string Treatment = "TREAT";
    public const string EmergencyTreatment = "ETREAT";
    public const string BreakGlass = "BTG";
    public const string Payment = "HPAYMT";
    public const string Operations = "HOPERAT";
    public const string Legal = "HLEGAL";
    public const string Compliance = "HCOMPL";
    public const string RecordsManagement = "RECORDMGT";
    public const string Training = "TRAIN";
    public const string ClientRequest = "PATRQT";
    public const string PublicHealth = "PUBHLTH";
    public const string Threat = "THREAT";
    public const string Research = "HRESCH";

    /// <summary>With what each means in plain words.</summary>
    private static readonly Dictionary<string, string> Plain = new(StringComparer.Ordinal)
    {
        [Treatment] = "treatment",
        [EmergencyTreatment] = "emergency treatment",
        [BreakGlass] = "break-glass",
        [Payment] = "payment",
        [Operations] = "running the practice",
        [Legal] = "a legal matter",
        [Compliance] = "compliance and oversight",
        [RecordsManagement] = "keeping records",
        [Training] = "training and supervision",
        [ClientRequest] = "the client's own request",
        [PublicHealth] = "a report to a public authority",
        [Threat] = "preventing a serious threat",
        [Research] = "research",
    };

    public static IReadOnlyList<string> Known { get; } = [.. Plain.Keys];

    /// <summary>Such as <c>treatment</c>.</summary>
    public static string Words(string purpose) => Plain.GetValueOrDefault(purpose, purpose);
}
