namespace RecordsGuard.Tests.Local.Host;

/// <summary>A function app in a temporary folder whose handler is stand-in.mjs, run by node from PATH.</summary>
internal sealed class StandInApp : IDisposable
{
    public StandInApp(string functionTimeout = "00:02:00", string routePrefix = "")
    {
        Write("host.json", $$$"""
            {
              "version": "2.0",
              "functionTimeout": "{{{functionTimeout}}}",
              "extensions": { "http": { "routePrefix": "{{{routePrefix}}}" } },
              "customHandler": {
                "description": { "defaultExecutablePath": "node", "arguments": ["stand-in.mjs", "%STANDIN_ARGUMENT%"] },
                "enableProxyingHttpRequest": true
              }
            }
            """);
        File.Copy(Path.Combine(AppContext.BaseDirectory, "Local", "Host", "stand-in.mjs"), Path.Combine(Folder, "stand-in.mjs"));
        Http("Main", "api/{*path}", "get", "post", "head");
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("standin-").FullName;

    public Dictionary<string, string> Settings { get; } = new() { ["STANDIN_ARGUMENT"] = "expanded" };

    public StandInApp Http(string name, string route, params string[] methods)
    {
        var list = string.Join(',', methods.Select(m => $"\"{m}\""));
        return Function(name, $$"""
            { "name": "request", "type": "httpTrigger", "direction": "in", "authLevel": "anonymous", "route": "{{route}}", "methods": [{{list}}] },
            { "name": "response", "type": "http", "direction": "out" }
            """);
    }

    public StandInApp Timer(string name, string schedule) =>
        Function(name, $$"""{ "name": "timer", "type": "timerTrigger", "direction": "in", "schedule": "{{schedule}}" }""");

    public StandInApp Queue(string name, string queue, string dataType = "string") => Function(name, $$"""
        {
          "name": "message", "type": "queueTrigger", "direction": "in", "dataType": "{{dataType}}",
          "queueName": "{{queue}}", "connection": "Queues"
        }
        """);

    public StandInApp Function(string name, string bindings)
    {
        Write(Path.Combine(name, "function.json"), $$"""{ "bindings": [ {{bindings}} ] }""");
        return this;
    }

    public void Write(string path, string text)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
