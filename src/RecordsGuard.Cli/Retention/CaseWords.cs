using RecordsGuard.Retention.Schedules;

namespace RecordsGuard.Cli;

/// <summary>
/// What people call the anchors and record classes of docs/formats/retention-rules.md. Capitals, spaces, <c>_</c> and
/// <c>-</c> do not matter.
/// </summary>
internal static class CaseWords
{
    private static readonly Dictionary<string, Anchor> AnchorWords = Build<Anchor>(
        (Anchor.LastService, "last_service last_date_of_service last_day_of_service last_session last_appointment last_treatment last_encounter last_service_date last_service_or_death service_last last_treatment_date"),
        (Anchor.LastContact, "last_contact last_professional_contact last_clinical_contact last_relevant_clinical_contact last_interaction last_seen last_visit last_stay last_stay_or_outpatient_visit last_outpatient_visit discharge_or_last_seen last_contact_including_a_release_of_records cessation_of_treatment treatment_ceased last_contact_date"),
        (Anchor.Termination, "termination terminated termination_date end_of_therapy therapy_ended ended end end_date end_of_care end_of_service end_of_services end_of_professional_relationship relationship_ended end_of_treatment treatment_ended treatment_conclusion treatment_concluded conclusion_of_treatment termination_of_psychological_role role_ended service_ended services_ended case_closed closed"),
        (Anchor.Discharge, "discharge discharged discharge_date last_discharge discharge_per_episode"),
        (Anchor.DateOfService, "date_of_service service_date service dateofservice"),
        (Anchor.CompletionOfPlannedServices, "completion_of_planned_services planned_services_completed planned_services_completion completion_of_services services_completed completed completion"),
        (Anchor.LastEntry, "last_entry last_data_entry last_chart_entry last_entry_date last_entry_or_last_treatment last_entry_last_treatment"),
        (Anchor.LastModification, "last_modification last_modified last_modification_of_file last_medically_substantive_modification last_change"),
        (Anchor.Creation, "creation created creation_date date_created record_created created_on made policy_made"),
        (Anchor.Receipt, "receipt received receipt_date receipt_or_production production produced"),
        (Anchor.Collection, "collection collected collection_date"),
        (Anchor.ReportCompletion, "report_completion report_completed report_finished"),
        (Anchor.Superseded, "superseded superseded_on superseded_date supersession last_in_effect last_effective last_applied replaced no_longer_in_effect"),
        (Anchor.DisclosureDate, "disclosure_date disclosure disclosed date_of_disclosure disclosed_on"),
        (Anchor.FilingDeadline, "filing_deadline filing_deadline_of_tax_year 31_january_filing_deadline_of_tax_year tax_filing_deadline"),
        (Anchor.Death, "death died deceased date_of_death death_date"),
        (Anchor.Born, "born birth birthday birth_date date_of_birth dob"));

    private static readonly Dictionary<string, string> ClassWords = Build<string>(
        ("client-record", "client_record clinical_record patient_record treatment_record therapy_record medical_record medical_file client_file chart record psychological_record client_chart progress_notes progress_note notes note therapy_notes therapy_note session_notes session_note case_notes clinical_notes clinical_note case_file adult_client_record minor_client_record child_record full_client_record full_record complete_record client_health_service_record medical_or_client_record patient_file"),
        ("psychotherapy-notes", "psychotherapy_notes process_notes"),
        ("recording", "recording recordings audio video session_recording audio_video_session_recordings"),
        ("test-data", "test_data source_data raw_test_data psychological_test_data"),
        ("billing", "billing billing_record financial_record financial_records billing_and_tax_records billing_and_order_documentation"),
        ("correspondence", "correspondence letter letters"),
        ("consent", "consent consents consent_form"),
        ("treatment-summary", "treatment_summary summary"),
        ("basic-information", "basic_information basic_information_extract"),
        ("hipaa-documentation", "hipaa_documentation hipaa_document hipaa_policy"),
        ("hipaa-security-documentation", "hipaa_security_documentation security_documentation hipaa_security risk_analysis"),
        ("hipaa-privacy-documentation", "hipaa_privacy_documentation privacy_documentation hipaa_privacy notice_of_privacy_practices"),
        ("policy", "policy policies"),
        ("disclosure-log", "disclosure_log accounting_of_disclosures disclosure_log_accounting_of_disclosures disclosure_accounting"),
        ("breach-log", "breach_log breach_register"),
        ("evaluation-report", "evaluation_report evaluation report"),
        ("mental-health-record", "mental_health_record"),
        ("health-record", "health_record health_information adult_health_record child_health_record"),
        ("suicide-record", "suicide_record"));

    /// <summary>Written in the same letters and digits.</summary>
    public static bool AreSame(string one, string other) => string.Equals(Letters(one), Letters(other), StringComparison.Ordinal);

    /// <summary>One of these, which spaces separate.</summary>
    public static bool IsOneOf(string word, string words) => words.Split(' ').Any(w => AreSame(w, word));

    public static Anchor? AnchorOf(string word) => AnchorWords.TryGetValue(Letters(word), out var anchor) ? anchor : null;

    /// <summary>The class that rules speak of: by what it is called, or by a rule's own description of its records.</summary>
    public static string ClassOf(string word, Catalogue catalogue) =>
        ClassWords.GetValueOrDefault(Letters(word))
        ?? catalogue.Rules.FirstOrDefault(r => string.Equals(r.About, word.Trim(), StringComparison.OrdinalIgnoreCase))?.Classes[0]
        ?? word.Trim();

    /// <summary>The same for a profession.</summary>
    public static string ProfessionOf(string word, Catalogue catalogue)
    {
        var canonical = Professions.Canonical(word);
        return Professions.IsKnown(canonical) ? canonical
            : catalogue.Rules.FirstOrDefault(r => string.Equals(r.Binds, word.Trim(), StringComparison.OrdinalIgnoreCase))?.Professions[0] ?? canonical;
    }

    private static string Letters(string text) => string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static Dictionary<string, T> Build<T>(params (T Meaning, string Words)[] groups) =>
        groups.SelectMany(g => g.Words.Split(' ').Select(w => (Word: Letters(w), g.Meaning)))
            .DistinctBy(w => w.Word).ToDictionary(w => w.Word, w => w.Meaning, StringComparer.Ordinal);
}
