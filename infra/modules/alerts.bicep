// What Azure Monitor wakes people for: what our own alerts cannot tell because the program, its logs or its plumbing is
// what failed or was tampered with.
param prefix string
param location string
param tags object
param insightsId string
param vaultId string
param inboxTopicId string
param actionGroupId string

var queries = [
  {
    name: 'watch-silent'
    severity: 0
    says: 'The timer WatchPoison runs every five minutes. It has not been seen for half an hour: nobody is watching.'
    query: 'requests | where name has "WatchPoison" | summarize runs = count()'
    measure: 'runs'
    operator: 'LessThan'
    threshold: 1
    every: 'PT15M'
    window: 'PT30M'
  }
  {
    name: 'function-failing'
    severity: 1
    says: 'A timer or queue function of RecordsGuard fails.'
    query: 'traces | where message startswith "Function " and message has " failed, invocation " | summarize failures = count()'
    measure: 'failures'
    operator: 'GreaterThan'
    threshold: 4
    every: 'PT5M'
    window: 'PT15M'
  }
  {
    name: 'alert-undelivered'
    severity: 1
    says: 'An alert was stored but could not be sent at once, more than once in a quarter of an hour.'
    query: 'traces | where message startswith "Alert " and message has " was not delivered at once" | summarize missed = count()'
    measure: 'missed'
    operator: 'GreaterThan'
    threshold: 1
    every: 'PT5M'
    window: 'PT15M'
  }
  {
    name: 'answers-503'
    severity: 2
    says: 'Requests are answered 503: audit, storage or vault does not answer. Nothing is released meanwhile.'
    query: 'traces | where message startswith "A request was answered 503" | summarize refused = count()'
    measure: 'refused'
    operator: 'GreaterThan'
    threshold: 9
    every: 'PT5M'
    window: 'PT15M'
  }
]

resource query 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for q in queries: {
    name: '${prefix}-${q.name}'
    location: location
    tags: tags
    properties: {
      displayName: 'RecordsGuard: ${q.name}'
      description: q.says
      enabled: true
      severity: q.severity
      evaluationFrequency: q.every
      windowSize: q.window
      scopes: [insightsId]
      criteria: {
        allOf: [
          {
            query: q.query
            timeAggregation: 'Total'
            metricMeasureColumn: q.measure
            operator: q.operator
            threshold: q.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: true
      actions: { actionGroups: [actionGroupId] }
    }
  }
]

var metrics = [
  {
    name: 'vault-throttled'
    severity: 2
    says: 'Key Vault answers 429: reads are slower. See docs/capacity.md.'
    scope: vaultId
    namespace: 'Microsoft.KeyVault/vaults'
    metric: 'ServiceApiResult'
    aggregation: 'Count'
    threshold: 20
    dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }]
  }
  {
    name: 'inbox-dead-letter'
    severity: 1
    says: 'A file in the inbox was announced and the announcement got lost: plaintext lies there and nobody seals it.'
    scope: inboxTopicId
    namespace: 'Microsoft.EventGrid/systemTopics'
    metric: 'DeadLetteredCount'
    aggregation: 'Total'
    threshold: 0
    dimensions: []
  }
]

resource metric 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for m in metrics: {
    name: '${prefix}-${m.name}'
    location: 'global'
    tags: tags
    properties: {
      description: m.says
      enabled: true
      severity: m.severity
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      scopes: [m.scope]
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: m.metric
            metricNamespace: m.namespace
            metricName: m.metric
            timeAggregation: m.aggregation
            operator: 'GreaterThan'
            threshold: m.threshold
            dimensions: m.dimensions
          }
        ]
      }
      autoMitigate: true
      actions: [{ actionGroupId: actionGroupId }]
    }
  }
]

// Changes of what protects everything else. The program's own detections read the same log; this does not depend on it.
// Wide: in the whole subscription, from where rights are inherited and where the Activity log's own export is set.
var changes = [
  { name: 'logging-changed', wide: true, operation: 'Microsoft.Insights/diagnosticSettings/write' }
  { name: 'logging-removed', wide: true, operation: 'Microsoft.Insights/diagnosticSettings/delete' }
  { name: 'lock-removed', wide: true, operation: 'Microsoft.Authorization/locks/delete' }
  { name: 'role-assigned', wide: true, operation: 'Microsoft.Authorization/roleAssignments/write' }
  { name: 'role-changed', wide: true, operation: 'Microsoft.Authorization/roleDefinitions/write' }
  { name: 'account-changed', wide: false, operation: 'Microsoft.Storage/storageAccounts/write' }
  { name: 'account-keys-read', wide: false, operation: 'Microsoft.Storage/storageAccounts/listKeys/action' }
  { name: 'protection-changed', wide: false, operation: 'Microsoft.Storage/storageAccounts/blobServices/write' }
  { name: 'lifecycle-changed', wide: false, operation: 'Microsoft.Storage/storageAccounts/managementPolicies/write' }
  {
    name: 'immutability-changed'
    wide: false
    operation: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/write'
  }
  {
    name: 'immutability-removed'
    wide: false
    operation: 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies/delete'
  }
  { name: 'vault-changed', wide: false, operation: 'Microsoft.KeyVault/vaults/write' }
]

resource change 'Microsoft.Insights/activityLogAlerts@2020-10-01' = [
  for c in changes: {
    name: '${prefix}-${c.name}'
    location: 'global'
    tags: tags
    properties: {
      description: 'Somebody carried out ${c.operation} in the ${c.wide ? 'subscription' : 'resource group'} of RecordsGuard.'
      enabled: true
      scopes: [c.wide ? subscription().id : resourceGroup().id]
      condition: {
        allOf: [
          { field: 'category', equals: 'Administrative' }
          { field: 'operationName', equals: c.operation }
        ]
      }
      actions: { actionGroups: [{ actionGroupId: actionGroupId }] }
    }
  }
]
