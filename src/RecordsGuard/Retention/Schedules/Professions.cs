namespace RecordsGuard.Retention.Schedules;

/// <summary>
/// The words in which rules say whom they bind, and what people call the same. A word that is none of them binds no
/// rule but those for everybody: no error, and the record is kept.
/// </summary>
public static class Professions
{
    private static readonly Dictionary<string, string> Known = Build(
        ["psychologist", "licensedpsychologist", "clinicalpsychologist", "counselingpsychologist", "registeredpsychologist", "psyd", "psychology"],
        ["LMFT", "mft", "lcmft", "marriageandfamilytherapist", "marriagefamilytherapist", "licensedmarriageandfamilytherapist",
            "familytherapist"],
        ["LCSW", "lmsw", "licsw", "lsw", "msw", "lisw", "socialworker", "clinicalsocialworker", "licensedsocialworker",
            "licensedclinicalsocialworker", "socialwork"],
        ["LPC", "lpcc", "lmhc", "lcpc", "lcmhc", "lpcmh", "counselor", "counsellor(licensed)", "licensedcounselor", "professionalcounselor",
            "licensedprofessionalcounselor", "licensedprofessionalclinicalcounselor", "professionalclinicalcounselor",
            "mentalhealthcounselor", "licensedmentalhealthcounselor", "clinicalmentalhealthcounselor"],
        ["LEP", "educationalpsychologist", "licensededucationalpsychologist"],
        ["creative-arts-therapist", "lcat", "licensedcreativeartstherapist", "arttherapist"],
        ["psychoanalyst", "licensedpsychoanalyst", "certifiedpsychoanalyst", "statecertifiedpsychoanalyst"],
        ["rehabilitation-counselor", "licensedrehabilitationcounselor"],
        ["addiction-counselor", "lac", "ladc", "lcadc", "alcoholanddrugcounselor", "licensedalcoholanddrugcounselor",
            "substanceabusecounselor", "substanceusecounselor", "drugcounselor"],
        ["substance-use-provider", "licensedsubstanceabuseserviceprovider", "substanceabuseserviceprovider",
            "certifiedsubstanceusedisorderprovider", "substanceusedisorderprovider"],
        ["physician", "md", "doctor", "psychiatrist", "medicalpractitioner", "medicaldoctor", "gp"],
        ["podiatrist"],
        ["nurse", "registerednurse", "psychiatricnurse", "rn"],
        ["homeopath", "homeopathicphysician", "homeopathicphysicianlicensee"],
        ["psychotherapist", "registeredpsychotherapist", "rp", "psychotherapypractice"],
        ["counsellor", "privatecounsellor", "privatetherapist", "therapist"],
        ["hospital"],
        ["clinic", "licensedclinic", "mentalhealthclinic", "omhlicensedmentalhealthclinic", "universityclinic", "trainingclinic"],
        ["children's-clinic", "outpatientpsychiatricclinicforchildren", "licensedoutpatientpsychiatricclinicforchildren"],
        ["health-facility", "facility", "healthfacilityoragency", "healthestablishment", "healthcentre"],
        ["county-program", "countymentalhealthprogram"],
        ["youth-care", "youthcareprovider"],
        ["part2-program"],
        ["medicare-provider"],
        ["medicare-advantage-provider", "medicareadvantagecontractedprovider"],
        ["NHS", "nhsorganisation", "nhsorganization", "nhsorganisationorcontractorinengland", "nhscontractor"],
        ["HSE", "hsestaff"]);

    /// <summary>The word that rules use; the text itself, if there is none for it.</summary>
    public static string Canonical(string profession)
    {
        ArgumentNullException.ThrowIfNull(profession);
        return Known.GetValueOrDefault(Letters(profession)) ?? profession.Trim();
    }

    public static bool IsKnown(string word) => word == "*" || Known.ContainsValue(word);

    private static string Letters(string text) =>
        string.Concat(text.Replace("&", "and", StringComparison.Ordinal).Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static Dictionary<string, string> Build(params string[][] groups)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var group in groups)
        {
            foreach (var word in group)
            {
                known[Letters(word)] = group[0];
            }
        }

        return known;
    }
}
