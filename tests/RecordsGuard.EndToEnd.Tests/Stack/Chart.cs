using System.Text.Json;

namespace RecordsGuard.EndToEnd.Tests.Stack;

/// <summary>A client that a test registered for itself, assigned to clinician-1.</summary>
internal sealed record Chart(RunningStack Stack, string Client, string Name)
{
    public string Path => $"/api/practices/demo/clients/{Client}";

    public string Records => $"{Path}/records";

    public static async Task<Chart> NewAsync(RunningStack stack, string? lastService = "2018-03-15", string birthDate = "1970-06-10")
    {
        var name = $"Thessaly {Guid.NewGuid():N}";
        var frontDesk = await stack.PersonAsync("front-desk-1");
        var answer = await frontDesk.PostAsync("/api/practices/demo/clients", JsonSerializer.Serialize(new
        {
            name,
            chartNumber = $"N-{Guid.NewGuid():N}",
            birthDate,
            jurisdiction = "US-CA",
            profession = "psychologist",
            assignedClinicians = new[] { "clinician-1" },
            lastService,
        }));
        return new(stack, answer.Is(201).Id, name);
    }

    public async Task<Answer> UploadAsync(Upload upload, string person = "front-desk-1")
    {
        var who = await Stack.PersonAsync(person);
        return await who.SendAsync(HttpMethod.Post, Records, upload.Body(), upload.Headers());
    }

    /// <summary>A record of a few bytes; its id.</summary>
    public async Task<string> RecordAsync(string person = "front-desk-1") =>
        (await UploadAsync(new(Guid.NewGuid().ToByteArray()), person)).Is(201).Id;

    public async Task<Answer> ReadAsync(string record, string person = "clinician-1", params (string Name, string Value)[] headers)
    {
        var who = await Stack.PersonAsync(person);
        return await who.GetAsync($"{Records}/{record}/content", [("Purpose-Of-Use", "TREAT"), .. headers]);
    }

    /// <summary>The records that the assigned clinician sees listed.</summary>
    public async Task<IReadOnlyList<JsonElement>> ListAsync()
    {
        var clinician = await Stack.PersonAsync("clinician-1");
        return [.. (await clinician.GetAsync(Records)).Is(200).Json.GetProperty("records").EnumerateArray()];
    }

    /// <summary>What the custodian sees of this client among the dispositions; null: nothing.</summary>
    public async Task<IReadOnlyList<JsonElement>?> DueAsync()
    {
        var custodian = await Stack.PersonAsync("custodian-1");
        var charts = (await custodian.GetAsync("/api/practices/demo/dispositions")).Is(200).Json.GetProperty("dispositions");
        var mine = charts.EnumerateArray().Where(c => c.GetProperty("client").GetString() == Client).ToList();
        return mine is [var chart] ? [.. chart.GetProperty("records").EnumerateArray()] : null;
    }

    public async Task<Answer> ApproveAsync()
    {
        var custodian = await Stack.PersonAsync("custodian-1");
        return await custodian.PostAsync("/api/practices/demo/dispositions/approve", $$"""{"clients":["{{Client}}"]}""");
    }

    /// <summary>The practice's alerts about this client, as its security staff see them.</summary>
    public async Task<IReadOnlyList<JsonElement>> AlertsAsync()
    {
        var security = await Stack.PersonAsync("security-1");
        return [.. (await security.GetAsync("/api/alerts")).Is(200).Json.GetProperty("alerts").EnumerateArray()
            .Where(a => a.TryGetProperty("client", out var client) && client.GetString() == Client)];
    }
}
